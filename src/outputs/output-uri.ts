import { fileURLToPath } from 'node:url'
import type { Auth } from '../config.js'
import { BadConfig } from '../errors.js'

/** What an address says of an output, and no more: the keys are those of the config file, where each has its default. */
export type UriConfig =
  { type: 'stdout' } |
  { type: 'file', path: string } |
  { type: 'http', uri: string, auth?: Auth } |
  { type: 'forward', host: string, port?: number, tag?: string, username?: string, password?: string }

/**
 * Reads the value of `--output`: `stdout`, `file:PATH`, `http(s)://[user:password@]host/path`,
 * `forward://[user:password@]host[:port][/tag]`. Throws `BadConfig`.
 */
export function readOutputUri (text: string): UriConfig {
  const scheme = /^[a-z]+/i.exec(text)?.[0].toLowerCase() ?? ''
  const config = readers.get(scheme)?.(text)
  if (config === undefined) {
    throw new BadConfig({}, `--output: cannot read "${text}"; write stdout, file:PATH, http://HOST/PATH, https://HOST/PATH or forward://HOST:PORT/TAG`)
  }
  return config
}

/** Takes user and password out of an HTTP address, where no log line should show them. Undefined when it is no address. */
export function splitUserinfo (uri: string): { uri: string, auth?: Auth } | undefined {
  if (!URL.canParse(uri)) return undefined
  const url = new URL(uri)
  if (url.username === '' && url.password === '') return { uri }
  const auth = { basic: { username: decode(url.username), password: decode(url.password) } }
  url.username = url.password = ''
  return { uri: url.href, auth }
}

const readers = new Map<string, (text: string) => UriConfig | undefined>([
  ['stdout', readStdout],
  ['file', readFile],
  ['http', readHttp],
  ['https', readHttp],
  ['forward', readForward]
])

function readStdout (text: string): UriConfig | undefined {
  return text === 'stdout' ? { type: 'stdout' } : undefined
}

function readFile (text: string): UriConfig | undefined {
  const path = /^file:\/\//i.test(text) ? pathOf(text) : /^file:(.+)$/is.exec(text)?.[1]
  return path === undefined ? undefined : { type: 'file', path }
}

function pathOf (uri: string): string | undefined {
  // A host, as in file://alerts.ndjson, is more likely a slash too many than another machine.
  if (!URL.canParse(uri) || new URL(uri).host !== '') return undefined
  try {
    return fileURLToPath(uri)
  } catch {
    return undefined
  }
}

function readHttp (text: string): UriConfig | undefined {
  const split = /^https?:\/\//i.test(text) ? splitUserinfo(text) : undefined
  return split === undefined ? undefined : { type: 'http', ...split }
}

function readForward (text: string): UriConfig | undefined {
  if (!URL.canParse(text)) return undefined
  const { hostname, port, pathname, username, password } = new URL(text)
  if (hostname === '') return undefined
  return {
    type: 'forward',
    host: hostname.replace(/^\[|\]$/g, ''),
    ...(port !== '' && { port: Number(port) }),
    ...(pathname.length > 1 && { tag: decode(pathname.slice(1)) }),
    ...(username !== '' && { username: decode(username), password: decode(password) })
  }
}

function decode (text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A percent sign that begins no escape stands for itself.
    return text
  }
}
