import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { addressOf, createCheck } from './config/check.js'
import { crossCheck } from './config/cross-check.js'
import { readConfigFile } from './config/file.js'
import type { Finding } from './config/file.js'
import { fileSchema, optionsSchema } from './config/schema.js'
import type { RawConfig } from './config/schema.js'
import type { Environment } from './config/environment.js'
import { BadConfig, Fault, Faults } from './errors.js'
import type { Code, Place } from './errors.js'
import { camelCase, childSchema } from './config/json-schema.js'
import type { CamelCased, Schema } from './config/json-schema.js'

/** Everything that a config file, flags or plugin options decide, read and with defaults: bytes and milliseconds. */
export interface Config {
  listen: { host: string, port: number }
  insecure: boolean
  auth?: Auth
  tls?: { certFile: string, keyFile: string, caFile?: string }
  rules: RuleEntry[]
  state: 'memory' | { dir: string }
  /** Whether records that can satisfy no rule are decoded as well. */
  parseAll: boolean
  limits: Limits
  outputs: Record<string, OutputConfig>
}

export type Auth = { bearer: string } | { basic: { username: string, password: string } }

/** One line of `rules`: `builtin`, `builtin/NAME`, a file or a folder. */
export interface RuleEntry {
  path: string
  /** KQL; events that meet it are subtracted from every rule of the path. */
  exceptions?: string
  caseInsensitive?: boolean
  twins?: boolean
  identity?: string[]
  /** Where the config file names it. */
  place?: Place
}

export interface Limits {
  maxBody: number
  maxRecord: number
  inFlight: number
  maxGroups: number
  lateness: number
  maxSkew: number
  /** Bytes of alert records that may wait for one output. */
  outbox: number
  quarantine: number
  alert: number
}

interface CommonOutput {
  actions: ('open' | 'update' | 'close')[]
  send: 'alerts' | 'matches' | 'events'
  onFull: 'quarantine' | 'block'
  /** All keys nested instead of dotted `kibana.alert.*`. */
  nested: boolean
}

export interface HttpOutputConfig extends CommonOutput {
  type: 'http'
  uri: string
  format: 'json' | 'ndjson' | 'single'
  compression: 'none' | 'gzip'
  headers: Record<string, string>
  auth?: Auth
  tls?: { caFile?: string, certFile?: string, keyFile?: string, rejectUnauthorized?: boolean }
  /** Of one request. */
  timeout: number
}

export interface ForwardOutputConfig extends CommonOutput {
  type: 'forward'
  host: string
  port: number
  tag: string
  sharedKey?: string
  username?: string
  password?: string
  /** Wait for the server's acknowledgement of each chunk. */
  ack: boolean
  timeout: number
  tls?: { caFile?: string, certFile?: string, keyFile?: string, rejectUnauthorized?: boolean }
}

export interface FileOutputConfig extends CommonOutput { type: 'file', path: string }
export interface StdoutOutputConfig extends CommonOutput { type: 'stdout' }

export type OutputConfig = HttpOutputConfig | ForwardOutputConfig | FileOutputConfig | StdoutOutputConfig

/** What the command line decides; each replaces what the config file says of it. */
export interface Flags {
  listen?: string
  rules?: string[]
  state?: string
  /** Outputs by name, in the form of the config file. */
  outputs?: Record<string, Record<string, unknown>>
}

/**
 * The config of a file, with flags in place of what they replace and defaults for the rest. Paths in the file are relative
 * to the file, all others to the working directory. Throws `Faults` with everything that is wrong.
 */
export async function readConfig ({ file, flags = {}, env = process.env }: { file?: string, flags?: Flags, env?: Environment } = {}): Promise<Config> {
  const given = Object.fromEntries(Object.entries({
    listen: flags.listen,
    rules: flags.rules,
    state: flags.state === undefined || flags.state === 'memory' ? flags.state : { dir: flags.state },
    outputs: flags.outputs
  }).filter(([, value]) => value !== undefined))

  const text = file === undefined ? '' : await textOf(file)
  const read = readConfigFile(text, { file, schema: fileSchema, env, without: Object.keys(given) })
  const fromFile = Object.keys(read.value)
  const config = configOf({ ...read.value, ...given }, {
    schema: fileSchema,
    findings: read.findings,
    base: (key) => file !== undefined && fromFile.includes(key) ? dirname(file) : '.',
    fault: ({ path, at, reason, code }) => {
      const [section, ...rest] = path as [string, ...string[]]
      return Object.hasOwn(given, section)
        ? faultOf(code, {}, `${[flagNames[section as keyof typeof flagNames], ...rest].join('.')}: ${reason}`)
        : faultOf(code, read.place({ path, at }), `${path.join('.')}: ${reason}`)
    }
  })
  if (!fromFile.includes('rules') || Object.hasOwn(given, 'rules')) return config
  return { ...config, rules: config.rules.map((entry, i) => ({ ...entry, place: read.place({ path: ['rules', String(i)], at: 'value' }) })) }
}

/**
 * The config that plugin options ask for: the keys of the config file in camelCase, durations and sizes also as numbers.
 * `prefix` and Fastify's own `logLevel` and `logSerializers` are left to Fastify. Throws `Faults` with everything that is wrong.
 */
export function readOptions (options: Readonly<Record<string, unknown>> = {}): Config {
  const own = Object.fromEntries(Object.entries(options).filter(([key, value]) => !fastifyOptions.has(key) && value !== undefined))
  const findings = serverOptions.filter((key) => Object.hasOwn(own, key)).map((key): Finding => ({
    path: [key], at: 'key', reason: 'is for the `tripline` command alone: as a plugin, Tripline listens as the server does that it is registered with'
  }))

  for (const key of serverOptions) delete own[key]
  return configOf(structuredClone(own), {
    schema: optionsSchema,
    findings,
    base: () => '.',
    fault: ({ path, reason, code }) => faultOf(code, {}, `${['options', ...path].join('.')}: ${reason}`)
  })
}

interface ReadOptions {
  schema: Schema
  findings: Finding[]
  /** The folder that paths under this key of the top level are relative to. */
  base: (key: string) => string
  fault: (finding: Finding & { code?: Code }) => Fault
}

const flagNames = { listen: '--listen', rules: '--rules', state: '--state', outputs: '--output' }
const fastifyOptions = new Set(['prefix', 'logLevel', 'logSerializers'])
const serverOptions = ['listen', 'insecure', 'tls']
const checks = new Map([fileSchema, optionsSchema].map((schema) => [schema, createCheck(schema)]))

function configOf (value: Record<string, unknown>, { schema, findings, base, fault }: ReadOptions): Config {
  // An unset variable leaves its text behind, which may then be wrong in itself: one fault is enough.
  const known = new Set(findings.map(({ path }) => path.join('.')))
  const wrong = [...findings, ...checks.get(schema)!(value).filter(({ path }) => !known.has(path.join('.')))]
  if (wrong.length > 0) throw new Faults(wrong.map(fault).sort(byPlace))

  const read = Object.fromEntries(Object.entries(value).map(([key, one]) =>
    [camelCase(key), settled(one, childSchema(schema, value, key), base(key))])) as CamelCased<RawConfig>
  const config: Config = {
    ...read,
    listen: addressOf(read.listen)!,
    rules: read.rules.map((entry) => typeof entry === 'string' ? { path: entry } : entry)
  }

  const faults = crossCheck(config).map((finding) => schema === optionsSchema ? asOption(finding) : finding)
  if (faults.length > 0) throw new Faults(faults.map(fault).sort(byPlace))
  return config
}

/** A fault between parts is told by the keys of the file. */
function asOption<F extends Finding> ({ path, reason, ...rest }: F) {
  return { ...rest, path: [...path.slice(0, -1), camelCase(path.at(-1) as string)], reason: camelCase(reason) }
}

/** The value with its keys in camelCase and its paths where the working directory finds them. */
function settled (value: unknown, schema: Schema | undefined, base: string): unknown {
  if (typeof value === 'string') return schema?.format === 'path' ? located(value, base) : value
  if (typeof value !== 'object' || value === null) return value

  const inner = (key: string, one: unknown) => settled(one, childSchema(schema, value, key), base)
  if (Array.isArray(value)) return value.map((one, i) => inner(String(i), one))
  return Object.fromEntries(Object.entries(value).map(([key, one]) =>
    [typeof schema?.additionalProperties === 'object' ? key : camelCase(key), inner(key, one)]))
}

function located (path: string, base: string): string {
  return isAbsolute(path) || base === '.' || /^builtin(\/|$)/.test(path) ? path : join(base, path)
}

function byPlace ({ place: one }: Fault, { place: other }: Fault): number {
  const { line = 0, column = 0 } = one
  return line - (other.line ?? 0) || column - (other.column ?? 0)
}

function faultOf (code: Code | undefined, place: Place, reason: string): Fault {
  return code === undefined ? new BadConfig(place, reason) : new Fault(code, place, reason)
}

async function textOf (file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new Faults([new BadConfig({ file }, `cannot be read: ${(error as Error).message}; name the file with --config`, { cause: error })])
  }
}
