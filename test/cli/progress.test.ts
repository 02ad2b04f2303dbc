import { PassThrough } from 'node:stream'
import t from 'tap'
import { createProgress } from '../../src/cli/progress.js'

const written = (stream: PassThrough) => String(stream.read() ?? '')

t.test('on a terminal a bar is shown, and taken away', async (t) => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })

  const progress = createProgress({ total: 200, stream })
  progress.add(100)
  progress.stop()

  t.match(written(stream), /0 %/)
})

const silent: [string, object, number][] = [['not on a terminal', {}, 200], ['where the size is not known', { isTTY: true }, 0]]
for (const [name, terminal, total] of silent) {
  t.test(`${name} nothing is shown`, async (t) => {
    const stream = Object.assign(new PassThrough(), terminal)

    const progress = createProgress({ total, stream })
    progress.add(100)
    progress.stop()

    t.equal(written(stream), '')
  })
}
