import { gzip } from 'node:zlib'
import { promisify } from 'node:util'
import { Pool } from 'undici'
import type { HttpOutputConfig } from '../config.js'
import { BadConfig } from '../errors.js'
import { splitUserinfo } from './output-uri.js'
import { readTlsFiles } from './tls-files.js'
import { within, type Timer } from './within.js'

/** The answer to a request that was heard: any status. */
export interface HttpAnswer {
  status: number
  /** How long the server asks to wait, ms. */
  retryAfter?: number
  /** Where a redirect leads; it is not followed. */
  location?: string
  /** The first 512 bytes of the body, for people. */
  text: string
}

export interface HttpClient {
  /** Resolves with any answer; rejects when there is none within the timeout, or `signal` says stop. */
  post (body: Buffer | string, contentType: string, signal?: AbortSignal): Promise<HttpAnswer>
  close (): Promise<void>
}

export interface HttpClientOptions {
  config: Pick<HttpOutputConfig, 'uri' | 'compression' | 'headers' | 'auth' | 'tls' | 'timeout'>
  /** How many requests may be on the way at once; further ones wait, within their timeout. */
  connections?: number
  clock?: () => number
  timer?: Timer
}

/** Posts bodies to one address over kept connections. Throws a `Fault` when the address or a certificate cannot be used. */
export function createHttpClient (output: string, { config, connections = 1, clock = Date.now, timer }: HttpClientOptions): HttpClient {
  const { compression, timeout } = config
  const address = splitUserinfo(config.uri)
  if (address === undefined || !/^https?:/i.test(address.uri)) throw new BadConfig({}, `outputs.${output}.uri: "${config.uri}" is no address; write https://HOST/PATH`)
  const url = new URL(address.uri)
  const auth = config.auth ?? address.auth
  const pool = new Pool(url.origin, {
    connections,
    // One time-out spans the whole request, connecting included: the client's own would only cut it shorter.
    connect: { ...readTlsFiles(output, config.tls), timeout },
    headersTimeout: 0,
    bodyTimeout: 0
  })
  let closed: Promise<void> | undefined

  return {
    async post (content, contentType, signal) {
      const body = compression === 'gzip' ? await compress(content) : content
      const { statusCode: status, headers, body: stream } = await within({ timeout, message: `no answer within ${timeout} ms`, signal, timer }, (signal) => pool.request({
        method: 'POST',
        path: url.pathname + url.search,
        headers: {
          'user-agent': 'Tripline',
          'content-type': contentType,
          ...(compression === 'gzip' && { 'content-encoding': 'gzip' }),
          ...(auth !== undefined && { authorization: authorization(auth) }),
          ...lowerCase(config.headers)
        },
        body,
        signal
      }))
      const start = readStart(stream)
      // The status has been heard: a body that breaks, hangs or never ends does not take it back.
      await within({ timeout, message: 'the body of the answer did not end', signal, timer }, () => start.ended).catch(() => stream.destroy())
      return { status, retryAfter: readRetryAfter(single(headers['retry-after']), clock()), location: single(headers.location), text: start.text() }
    },
    close () {
      closed ??= pool.destroy()
      return closed
    }
  }
}

const compress = promisify(gzip)
const maxText = 512
const maxAnswer = 64 * 1024

function authorization (auth: NonNullable<HttpOutputConfig['auth']>): string {
  if ('bearer' in auth) return `Bearer ${auth.bearer}`
  return `Basic ${Buffer.from(`${auth.basic.username}:${auth.basic.password}`).toString('base64')}`
}

function lowerCase (headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

/** Reads the body to its end, so that the connection can be used again, unless it is too long. */
function readStart (stream: AsyncIterable<Buffer>): { ended: Promise<void>, text: () => string } {
  const chunks: Buffer[] = []
  return { ended: read(), text: () => Buffer.concat(chunks).subarray(0, maxText).toString().trim() }

  async function read (): Promise<void> {
    let bytes = 0
    for await (const chunk of stream) {
      if (bytes < maxText) chunks.push(chunk)
      bytes += chunk.length
      if (bytes > maxAnswer) break
    }
  }
}

/** `retry-after` in either of its forms, as ms from now. */
function readRetryAfter (value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  const time = /^\d+$/.test(value) ? now + Number(value) * 1000 : Date.parse(value)
  return Number.isNaN(time) ? undefined : Math.max(0, time - now)
}

function single (value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}
