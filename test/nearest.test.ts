import t from 'tap'
import { nearest } from '../src/nearest.js'

const known = ['max_body', 'max_record', 'lateness', 'tls']

const cases: [string, string | undefined][] = [
  ['max_boddy', 'max_body'],
  ['maxBody', 'max_body'],
  ['latenes', 'lateness'],
  ['tsl', 'tls'],
  ['txx', undefined],
  ['tl', 'tls'],
  ['quarantine', undefined],
  ['', undefined],
  ['max_record'.repeat(100_000), undefined]
]
for (const [name, expected] of cases) {
  t.test(`of ${known.join(', ')} the nearest to "${name.slice(0, 20)}" is ${expected ?? 'none'}`, async (t) => {
    t.equal(nearest(name, known), expected)
  })
}
