import { readFileSync } from 'node:fs'
import { parse as parseToml } from 'smol-toml'
import t from 'tap'
import { parse } from 'yaml'
import { readConfig } from '../../src/config.js'

const yaml = readFileSync('examples/vector/vector.yaml', 'utf8')
const toml = readFileSync('examples/vector/vector.toml', 'utf8')
const config = parse(yaml)
const { tripline } = config.sinks

/** The keys that Vector's reference lists, as far as an example may use them. Vector does not start on another one. */
const known: Record<string, string[]> = {
  windows_event_log: ['type', 'channels', 'only_event_ids'],
  http_server: ['type', 'address', 'path', 'decoding'],
  fluent: ['type', 'address'],
  remap: ['type', 'inputs', 'file'],
  http: ['type', 'inputs', 'uri', 'encoding', 'compression', 'acknowledgements', 'buffer', 'retry_strategy', 'healthcheck'],
  console: ['type', 'inputs', 'encoding']
}

t.test('the YAML and the TOML config say the same', async (t) => {
  t.same(JSON.parse(JSON.stringify(parseToml(toml))), config)
})

t.test('every key is one that Vector knows', async (t) => {
  t.same(Object.keys(config), ['data_dir', 'sources', 'transforms', 'sinks'])
  for (const part of [config.sources, config.transforms, config.sinks].flatMap((group) => Object.values<Record<string, unknown>>(group))) {
    t.same(Object.keys(part).filter((key) => !known[String(part.type)]?.includes(key)), [])
  }
})

t.test('every input is a source or a transform', async (t) => {
  const names = [...Object.keys(config.sources), ...Object.keys(config.transforms)]
  const inputs = [config.transforms, config.sinks].flatMap((group) => Object.values<{ inputs: string[] }>(group)).flatMap(({ inputs }) => inputs)

  t.same(inputs.filter((name) => !names.includes(name)), [])
})

t.test('events go where Tripline listens by default, in a form that it takes', async (t) => {
  const { listen } = await readConfig()

  t.equal(new URL(tripline.uri).host, `${listen.host}:${listen.port}`)
  t.equal(new URL(tripline.healthcheck.uri).host, `${listen.host}:${listen.port}`)
  t.equal(tripline.encoding.codec, 'json')
  t.equal(tripline.compression, 'zstd')
})

t.test('nothing is lost while Tripline is away', async (t) => {
  t.equal(tripline.acknowledgements.enabled, true)
  t.match(tripline.buffer, { type: 'disk', when_full: 'block' })
  t.ok(tripline.buffer.max_size >= 268_435_488)
  for (const status of [401, 403, 429, 503]) t.ok(tripline.retry_strategy.status_codes.includes(status))
})

t.test('alerts do not go round', async (t) => {
  t.same(tripline.inputs, ['ecs'])
  t.same(config.sinks.alerts.inputs, ['alerts_http', 'alerts_fluent'])
})

for (const [name, text] of [['vector.yaml', yaml], ['vector.toml', toml]] as const) {
  t.test(`the outputs for Tripline in the comments of ${name} reach the sources beside them`, async (t) => {
    const snippets = [...text.matchAll(/^ *# +outputs:\n *# +(\w+: \{.+\})$/gm)].map(([, line]) => `outputs:\n  ${line}\n`)
    const folder = t.testdir(Object.fromEntries(snippets.map((snippet, i) => [`${i}.yaml`, snippet])))
    const [http, forward] = await Promise.all(snippets.map(async (_, i) => (await readConfig({ file: `${folder}/${i}.yaml` })).outputs.vector))
    const { alerts_http: httpSource, alerts_fluent: fluentSource } = config.sources

    t.match(http, { type: 'http', uri: `http://${httpSource.address}${httpSource.path}`, format: 'json' })
    t.match(forward, { type: 'forward', sharedKey: undefined })
    t.equal(forward?.type === 'forward' && `${forward.host}:${forward.port}`, fluentSource.address)
  })
}
