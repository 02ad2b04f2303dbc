import { readFileSync } from 'node:fs'
import { deflateSync, gzipSync } from 'node:zlib'
import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import { readConfig } from '../src/config.js'
import { inflate } from '../src/ingest/inflate.js'
import { readBatch } from '../src/ingest/read-batch.js'
import { createManifest } from '../src/manifest.js'

type Manifest = Record<string, unknown> & { contentTypes: string[], contentEncodings: string[], outputTypes: string[], options: object }

const written = JSON.parse(readFileSync(new URL('../plugin.json', import.meta.url), 'utf8')) as Manifest
const pack = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  name: string, version: string, license: string, main: string, bin: { tripline: string }, engines: { node: string }, dependencies: { fastify: string }
}

t.test('plugin.json is what the code says; if not, `npm run manifest` writes it', async (t) => {
  t.same(written, JSON.parse(JSON.stringify(createManifest())))
})

t.test('it agrees with package.json', async (t) => {
  t.match(written, { id: pack.name, version: pack.version, license: pack.license, entry: pack.main, command: `./${pack.bin.tripline}`, node: pack.engines.node })
  t.ok(pack.dependencies.fastify.startsWith(`^${(written.fastify as string).replace('x', '')}`))
})

const bodies: Record<string, Buffer> = {
  'application/json': Buffer.from('[{"a":1}]'),
  'application/x-ndjson': Buffer.from('{"a":1}\n'),
  'application/msgpack': Buffer.from([0x81, 0xa1, 0x61, 0x01]),
  'text/plain': Buffer.from('{"a":1}\n')
}
for (const contentType of written.contentTypes) {
  t.test(`${contentType} is understood`, async (t) => {
    t.same(readBatch(bodies[contentType]!, { contentType, maxRecord: 100 }).records[0]!.fields, { a: 1 })
  })
}

const plain = Buffer.from('{"a":1}')
const encoded: Record<string, Buffer> = {
  gzip: gzipSync(plain),
  deflate: deflateSync(plain),
  // One frame with one raw block, and one literal.
  zstd: Buffer.concat([Buffer.from('28b52ffd2007390000', 'hex'), plain]),
  snappy: Buffer.concat([Buffer.from('0718', 'hex'), plain])
}
for (const encoding of written.contentEncodings) {
  t.test(`${encoding} is understood`, async (t) => {
    t.same(await inflate(encoded[encoding]!, encoding, { maxBody: 100 }), plain)
  })
}

t.test('an output of every type can be configured', async (t) => {
  const all: Record<string, object> = {
    http: { type: 'http', uri: 'http://127.0.0.1/' }, forward: { type: 'forward' }, file: { type: 'file', path: 'a' }, stdout: { type: 'stdout' }
  }
  const { outputs } = await readConfig({ flags: { outputs: all as Record<string, Record<string, unknown>> } })

  t.same(Object.values(outputs).map(({ type }) => type), written.outputTypes)
})

t.test('an editor takes the schema of the options: a good file passes, a bad one does not', async (t) => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(written.options)

  t.ok(validate({}))
  t.ok(validate({ limits: { max_body: '1MiB' }, rules: ['builtin', { path: 'rules/' }], outputs: { bit: { type: 'forward', port: '$' + '{PORT}' } } }))
  t.notOk(validate({ limits: { max_boddy: '1MiB' } }))
  t.notOk(validate({ outputs: { disk: { type: 'file' } } }))
})
