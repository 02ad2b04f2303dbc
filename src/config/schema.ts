import { Type } from 'typebox'
import type { Static, TSchema } from 'typebox'
import type { Auth } from '../config.js'
import { camelCaseSchema } from './json-schema.js'
import type { Schema } from './json-schema.js'

/** `tripline.yaml`: snake_case. What has a default is required here, because the default is put in first. */
const configSchema = closed({
  listen: Type.String({
    format: 'listen',
    default: '127.0.0.1:9881',
    examples: ['127.0.0.1:9881', '[::1]:9881'],
    description: 'HOST:PORT; beyond loopback only with `auth`, with `tls.ca_file`, or with `insecure: true`'
  }),
  insecure: Type.Boolean({ default: false, description: 'listen beyond loopback without credentials' }),
  auth: Type.Optional(auth('what a shipper must bring')),
  tls: Type.Optional(closed({
    cert_file: path('PEM'),
    key_file: path('PEM'),
    ca_file: Type.Optional(path('PEM; with it, client certificates are required'))
  }, { description: 'listen with TLS' })),
  rules: Type.Array(ruleEntry(), { minItems: 1, default: ['builtin'], description: 'what to look for' }),
  state: Type.Unsafe<'memory' | { dir: string }>({
    ...closed({ dir: path('a folder of its own') }),
    type: ['object', 'string'],
    pattern: '^memory$',
    default: { dir: './tripline-state' },
    examples: ['memory', { dir: './tripline-state' }],
    description: 'where windows, open alerts and waiting deliveries are kept'
  }),
  parse_all: Type.Boolean({ default: false, description: 'decode every record, also those that can satisfy no rule, so that each one is checked' }),
  limits: closed({
    max_body: size('64MiB', 'the largest body once inflated'),
    max_record: size('1MiB', 'the largest single record'),
    in_flight: size('256MiB', 'bodies being read and worked on; more are answered 503'),
    max_groups: Type.Integer({ minimum: 1, default: 100_000, description: 'groups per rule' }),
    lateness: duration('1h', 'how much older than its group\'s window an event may be and still count'),
    max_skew: duration('5m', 'how far ahead of its arrival an event may move its group\'s horizon'),
    outbox: size('1GiB', 'alert records that wait for one output'),
    quarantine: size('256MiB', 'what was set aside: the oldest goes first'),
    alert: size('256KiB', 'the largest alert record', 16_384)
  }, { default: {} }),
  outputs: Type.Unsafe<Record<string, Static<ReturnType<typeof output>>>>({
    type: 'object',
    propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9_-]*$', examples: ['siem'] },
    additionalProperties: output(),
    default: { stdout: { type: 'stdout' } },
    description: 'where alerts go, by a name of your own'
  })
})

export type RawConfig = Static<typeof configSchema>

/** The schema of the config file, as plain JSON Schema. */
export const fileSchema = configSchema as unknown as Schema

/** The schema of plugin options: the same in camelCase, where a duration may also be a number of milliseconds. */
export const optionsSchema = camelCaseSchema(fileSchema)

function closed<Properties extends Record<string, TSchema>> (properties: Properties, options: Record<string, unknown> = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options })
}

function path (description: string) {
  return Type.String({ minLength: 1, format: 'path', description })
}

function size (standard: string, description: string, minimum = 1) {
  return Type.Unsafe<number>({ type: ['integer', 'string'], unit: 'bytes', minimum, default: standard, examples: [standard], description })
}

function duration (standard: string, description: string, minimum = 0) {
  return Type.Unsafe<number>({ type: 'string', unit: 'milliseconds', minimum, default: standard, examples: [standard], description })
}

function choice<const Choices extends readonly string[]> (choices: Choices, description: string) {
  return Type.Unsafe<Choices[number]>({ type: 'string', enum: choices, default: choices[0], description })
}

function text (description: string) {
  return Type.String({ minLength: 1, description })
}

function auth (description: string) {
  return Type.Unsafe<Auth>({
    ...closed({
      bearer: Type.Optional(text('the token of `authorization: Bearer`')),
      basic: Type.Optional(closed({ username: text('without a colon'), password: text('any text') }))
    }),
    minProperties: 1,
    maxProperties: 1,
    description: `${description}: \`bearer\` or \`basic\``
  })
}

function clientTls () {
  return Type.Optional(closed({
    ca_file: Type.Optional(path('PEM; trusted besides nothing else')),
    cert_file: Type.Optional(path('PEM; our own certificate')),
    key_file: Type.Optional(path('PEM; its key')),
    reject_unauthorized: Type.Optional(Type.Boolean({ description: 'false takes any certificate: for tests alone' }))
  }, { dependentRequired: { cert_file: ['key_file'], key_file: ['cert_file'] } }))
}

function ruleEntry () {
  const entry = closed({
    path: Type.String({ minLength: 1, format: 'path', description: '`builtin`, `builtin/NAME`, or a file or folder of .toml, .ndjson, .json' }),
    exceptions: Type.Optional(text('KQL; events that meet it are subtracted')),
    case_insensitive: Type.Optional(Type.Boolean({ description: 'match values in any case' })),
    twins: Type.Optional(Type.Boolean({ description: 'a Sysmon and a Security record of one process start count once' })),
    identity: Type.Optional(Type.Array(text('a field'), { description: 'fields whose values together name an event; empty: none' }))
  })
  return Type.Unsafe<string | Static<typeof entry>>({ ...entry, type: ['object', 'string'], minLength: 1, format: 'path', examples: ['builtin', { path: 'rules/' }] })
}

function common () {
  return {
    actions: Type.Unsafe<('open' | 'update' | 'close')[]>({
      type: 'array',
      items: { type: 'string', enum: ['open', 'update', 'close'] },
      minItems: 1,
      uniqueItems: true,
      default: ['open', 'update', 'close'],
      description: 'the records to send'
    }),
    send: choice(['alerts', 'matches', 'events'], 'alerts, or inline: the events that match, or all events'),
    on_full: choice(['quarantine', 'block'], 'what happens when `limits.outbox` is reached; `block` answers shippers 503'),
    nested: Type.Boolean({ default: false, description: 'all keys nested instead of dotted `kibana.alert.*`' })
  }
}

function output () {
  const http = closed({
    type: Type.Literal('http'),
    uri: Type.String({ format: 'http-uri', examples: ['https://siem.example/alerts'], description: 'where records are posted' }),
    format: choice(['json', 'ndjson', 'single'], 'one array, a line each, or a request each'),
    compression: choice(['none', 'gzip'], 'of the request body'),
    headers: Type.Unsafe<Record<string, string>>({
      type: 'object',
      propertyNames: { pattern: '^[A-Za-z0-9!#$%&\'*+.^_`|~-]+$', examples: ['x-tenant'] },
      additionalProperties: Type.String(),
      default: {},
      description: 'sent with every request'
    }),
    auth: Type.Optional(auth('what we bring')),
    tls: clientTls(),
    timeout: duration('30s', 'of one request', 1),
    ...common()
  })
  const forward = closed({
    type: Type.Literal('forward'),
    host: Type.String({ minLength: 1, default: '127.0.0.1', description: 'a Fluent Bit or Fluentd' }),
    port: Type.Integer({ minimum: 1, maximum: 65_535, default: 24_224 }),
    tag: Type.String({ minLength: 1, default: 'tripline.alert' }),
    shared_key: Type.Optional(text('the peer\'s `shared_key`')),
    username: Type.Optional(text('a user of the peer')),
    password: Type.Optional(text('of that user')),
    ack: Type.Boolean({ default: true, description: 'wait for the peer\'s acknowledgement of each chunk' }),
    timeout: duration('10s', 'of connecting, logging in and acknowledging', 1),
    tls: clientTls(),
    ...common()
  }, { dependentRequired: { username: ['password'], password: ['username'] } })
  const file = closed({ type: Type.Literal('file'), path: path('NDJSON is added to it; SIGHUP opens it anew'), ...common() })
  const stdout = closed({ type: Type.Literal('stdout'), ...common() })

  return Type.Unsafe<Static<typeof http> | Static<typeof forward> | Static<typeof file> | Static<typeof stdout>>({
    type: 'object',
    required: ['type'],
    discriminator: { propertyName: 'type' },
    oneOf: [http, forward, file, stdout]
  })
}
