import t from 'tap'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { readConfig } from '../../src/config.js'
import { fileSchema } from '../../src/config/schema.js'
import { childSchema } from '../../src/config/json-schema.js'

const file = 'examples/tripline.yaml'
const env = { TRIPLINE_TOKEN: 'token', SIEM_TOKEN: 'token', FORWARD_KEY: 'key' }
const config = await readConfig({ file, env })

t.test('the example config can be taken as it is', async (t) => {
  t.same(Object.keys(config.outputs), ['siem', 'bit', 'disk', 'term'])
  t.match(config, { auth: { bearer: 'token' }, rules: [{ path: 'builtin', twins: true }] })
})

t.test('what it calls a default is the default', async (t) => {
  const standard = await readConfig()

  t.same(config.listen, standard.listen)
  t.equal(config.insecure, standard.insecure)
  t.same(config.limits, standard.limits)
  t.match(standard, { state: { dir: /tripline-state$/ }, rules: [{ path: 'builtin' }], outputs: { stdout: { type: 'stdout' } } })
})

t.test('it uses every key of the top level and of the limits', async (t) => {
  const used = parse(readFileSync(file, 'utf8'))
  const keysOf = (schema: { properties?: object } | undefined) => Object.keys(schema?.properties ?? {}).filter((key) => key !== 'tls').sort()

  t.same(Object.keys(used).sort(), keysOf(fileSchema))
  t.same(Object.keys(used.limits).sort(), keysOf(childSchema(fileSchema, used, 'limits')))
})
