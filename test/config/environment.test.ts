/* eslint-disable no-template-curly-in-string -- the syntax under test */
import t from 'tap'
import { substitute } from '../../src/config/environment.js'

const env = { TOKEN: 'secret', EMPTY: '', NESTED: '${TOKEN}' }

const fine: [string, string][] = [
  ['plain', 'plain'],
  ['${TOKEN}', 'secret'],
  ['a-${TOKEN}-${TOKEN}', 'a-secret-secret'],
  ['${TOKEN:-other}', 'secret'],
  ['${NONE:-other}', 'other'],
  ['${EMPTY:-other}', 'other'],
  ['${NONE:-}', ''],
  ['${EMPTY}', ''],
  ['${NESTED}', '${TOKEN}'],
  ['$${TOKEN}', '${TOKEN}'],
  ['$TOKEN costs 5$', '$TOKEN costs 5$']
]
for (const [text, expected] of fine) {
  t.test(`"${text}" becomes "${expected}"`, async (t) => { t.same(substitute(text, env), { text: expected, faults: [] }) })
}

const faulty: [string, RegExp][] = [
  ['${NONE}', /^the environment variable NONE is not set; set it, or give a default: \$\{NONE:-default\}$/],
  ['${toString}x', /variable toString is not set/],
  ['${TO KEN}', /"\$\{TO KEN\}" is neither \$\{NAME\} nor \$\{NAME:-default\}/],
  ['${}', /is neither/],
  ['${TOKEN', /"\$\{TOKEN" is neither/]
]
for (const [text, fault] of faulty) {
  t.test(`"${text}" is a fault and stays as it is`, async (t) => {
    const result = substitute(text, env)

    t.equal(result.text, text)
    t.equal(result.faults.length, 1)
    t.match(result.faults[0], fault)
  })
}
