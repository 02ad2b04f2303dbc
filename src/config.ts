/** Everything that a config file, flags or plugin options decide, read and with defaults: bytes and milliseconds. */
export interface Config {
  listen: { host: string, port: number }
  insecure: boolean
  auth?: Auth
  tls?: { certFile: string, keyFile: string, caFile?: string }
  rules: RuleEntry[]
  state: 'memory' | { dir: string }
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
