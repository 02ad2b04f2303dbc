import { isIPv6 } from 'node:net'
import { Pool } from 'undici'
import type { Config } from '../config.js'
import { readTls } from './tls.js'

/** A way to the sink that runs with the same config. */
export interface SinkClient {
  /** Where it listens, as an address to be reached from this machine. */
  readonly address: string
  /** Posts one record as its shipper did. Resolves with any answer; rejects when there is none. */
  post (body: Buffer, origin: { tag?: string, shipper?: string }): Promise<{ status: number, text: string }>
  close (): Promise<void>
}

/** Nothing is connected yet. Throws `Faults` when the certificates cannot be read. */
export function createSinkClient ({ listen, auth, tls }: Pick<Config, 'listen' | 'auth' | 'tls'>): SinkClient {
  const host = everywhere.get(listen.host) ?? listen.host
  const address = `${tls === undefined ? 'http' : 'https'}://${isIPv6(host) ? `[${host}]` : host}:${listen.port}`
  const read = readTls(tls)
  const pool = new Pool(address, { connections: 1, headersTimeout: timeout, bodyTimeout: timeout, connect: { timeout, ...read !== undefined && trusting(read) } })
  return {
    address,
    async post (body, { tag, shipper }) {
      const { statusCode, body: answer } = await pool.request({
        method: 'POST',
        path: `/${(tag ?? '').split('/').map(encodeURIComponent).join('/')}`,
        headers: {
          'user-agent': isPlain(shipper) ? shipper : 'Tripline',
          ...auth !== undefined && { authorization: authorization(auth) }
        },
        body
      })
      return { status: statusCode, text: await answer.text() }
    },
    close: () => pool.destroy()
  }
}

const timeout = 30_000

/** Addresses that are listened on, but cannot be connected to everywhere. */
const everywhere = new Map([['0.0.0.0', '127.0.0.1'], ['::', '::1']])

/** The one certificate that the sink has is trusted, whoever signed it and whatever it is called; it is shown as ours, too. */
function trusting ({ cert, key }: { cert: Buffer, key: Buffer }) {
  return { ca: cert, cert, key, allowPartialTrustChain: true, checkServerIdentity: () => undefined }
}

/** Whether a header can hold it. */
function isPlain (text: string | undefined): text is string {
  return text !== undefined && /^[!-~]+$/.test(text)
}

function authorization (auth: NonNullable<Config['auth']>): string {
  if ('bearer' in auth) return `Bearer ${auth.bearer}`
  return `Basic ${Buffer.from(`${auth.basic.username}:${auth.basic.password}`).toString('base64')}`
}
