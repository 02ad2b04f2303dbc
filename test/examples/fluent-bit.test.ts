import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { readConfig } from '../../src/config.js'
import { Event } from '../../src/core/event.js'
import { readBatch } from '../../src/ingest/read-batch.js'
import { loadRules } from '../../src/rules/load.js'

type Section = Record<string, string>
interface Sections { service: Section, inputs: Section[], outputs: Section[] }

const yaml = readFileSync('examples/fluent-bit/tripline.yaml', 'utf8')
const classic = readFileSync('examples/fluent-bit/tripline.conf', 'utf8')
const sections = readYaml(yaml)
const toTripline = sections.outputs.find(({ name }) => name === 'http') as Section

/** The keys that Fluent Bit's manual lists, as far as an example may use them. Fluent Bit does not start on another one. */
const known: Record<string, string[]> = {
  service: ['flush', 'storage.path', 'storage.keep.rejected', 'scheduler.base', 'scheduler.cap'],
  'input winevtlog': ['name', 'tag', 'storage.type', 'channels', 'db'],
  'input http': ['name', 'storage.type', 'listen', 'port'],
  'input forward': ['name', 'storage.type', 'listen', 'port', 'shared_key', 'self_hostname'],
  'output http': ['name', 'match', 'retry_limit', 'host', 'port', 'format', 'json_date_format', 'header_tag', 'log_response_payload'],
  'output stdout': ['name', 'match', 'format']
}

t.test('the YAML and the classic config say the same', async (t) => {
  t.strictSame(readClassic(classic), sections)
})

t.test('every key is one that Fluent Bit knows', async (t) => {
  t.strictSame(Object.keys(sections.service).filter((key) => !known.service?.includes(key)), [])
  for (const [kind, list] of [['input', sections.inputs], ['output', sections.outputs]] as const) {
    for (const section of list) {
      t.strictSame(Object.keys(section).filter((key) => !known[`${kind} ${section.name}`]?.includes(key)), [])
    }
  }
})

t.test('events go where Tripline listens by default, in a form that it takes', async (t) => {
  const { listen } = await readConfig()

  t.match(toTripline, { host: listen.host, port: String(listen.port), format: 'json_lines', header_tag: 'X-Fluent-Tag' })
})

t.test('nothing is lost while Tripline is away', async (t) => {
  t.match(sections.service, { 'storage.path': /./, 'storage.keep.rejected': 'on' })
  t.equal(toTripline.retry_limit, 'no_limits')
  t.ok(sections.inputs.every((input) => input['storage.type'] === 'filesystem'))
})

t.test('a line of a file, as tail wraps it, is read as the record that it holds', async (t) => {
  const [line] = readFileSync('examples/nslookup-batch.ndjson', 'utf8').split('\n') as [string]
  const body = `${JSON.stringify({ date: 1772442900114, log: line })}\n`

  const { records } = readBatch(Buffer.from(body), { contentType: 'application/x-ndjson', maxRecord: 1 << 20 })

  t.match(records, [{ fields: JSON.parse(line) }])
})

t.test('the built-in rule meets the lookups that name a record type among the records of winevtlog', async (t) => {
  const [rule] = loadRules(['builtin'])
  const lines = readFileSync('test/fixtures/wire/fluent-bit/winevtlog-samples.ndjson', 'utf8').trimEnd().split('\n')

  const met = lines.map((line) => new Event(JSON.parse(line), { arrival: 0 })).filter((event) => rule?.predicate(event))

  t.same(met.flatMap((event) => event.values('process.name')), ['nslookup.exe', 'nslookup.exe'])
})

t.test('alerts do not go round', async (t) => {
  const alerts = sections.outputs.find(({ name }) => name === 'stdout') as Section

  t.equal(toTripline.match, sections.inputs.find(({ name }) => name === 'winevtlog')?.tag)
  t.notMatch(toTripline.match, /\*|tripline/)
  t.equal(alerts.match, 'tripline.*')
})

for (const [name, text] of [['tripline.yaml', yaml], ['tripline.conf', classic]] as const) {
  t.test(`the outputs for Tripline in the comments of ${name} reach the inputs beside them`, async (t) => {
    const snippets = [...text.matchAll(/^ *# +outputs:\n *# +(\w+: \{.+\})$/gm)].map(([, line]) => `outputs:\n  ${line}\n`)
    const folder = t.testdir(Object.fromEntries(snippets.map((snippet, i) => [`${i}.yaml`, snippet])))
    const env = { FORWARD_KEY: 'key' }
    const [http, forward] = await Promise.all(snippets.map(async (_, i) => (await readConfig({ file: `${folder}/${i}.yaml`, env })).outputs.bit))
    const port = (name: string) => Number(sections.inputs.find((input) => input.name === name)?.port)

    t.match(http, { type: 'http', uri: `http://127.0.0.1:${port('http')}/tripline.alert`, format: 'json' })
    t.match(forward, { type: 'forward', host: '127.0.0.1', port: port('forward'), tag: 'tripline.alert', sharedKey: 'key' })
  })
}

function readYaml (text: string): Sections {
  const { service, pipeline: { inputs, outputs } } = parse(text)
  return { service: texts(service), inputs: inputs.map(texts), outputs: outputs.map(texts) }
}

function texts (section: Record<string, unknown>): Section {
  return Object.fromEntries(Object.entries(section).map(([key, value]) => [key, String(value)]))
}

function readClassic (text: string): Sections {
  const read: Sections = { service: {}, inputs: [], outputs: [] }
  let section: Section = {}
  for (const line of text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))) {
    const [, heading] = /^\[(.+)\]$/.exec(line) ?? []
    if (heading === 'SERVICE') section = read.service
    else if (heading === 'INPUT') read.inputs.push(section = {})
    else if (heading === 'OUTPUT') read.outputs.push(section = {})
    else {
      const [, key, value] = /^(\S+)\s+(.+)$/.exec(line) as unknown as [string, string, string]
      section[key] = value
    }
  }
  return read
}
