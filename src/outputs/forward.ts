import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { encode, ExtData } from '@msgpack/msgpack'
import type { ForwardOutputConfig } from '../config.js'
import type { Delivery } from '../store/store.js'
import { connectForward, type ForwardConnection } from './forward-connection.js'
import { encodePing, readHello, refusalOf, textOf } from './forward-handshake.js'
import { SendFailed, type Output } from './output.js'
import { isCertificateFault, readTlsFiles } from './tls-files.js'
import { within, type Timer } from './within.js'

export interface ForwardOutputOptions {
  config: Pick<ForwardOutputConfig, 'host' | 'port' | 'tag' | 'sharedKey' | 'username' | 'password' | 'ack' | 'timeout' | 'tls'>
  timer?: Timer
}

/**
 * Sends alert records to a Fluent Bit or Fluentd `forward` input or a Vector `fluent` source, each with its `@timestamp`
 * as event time, over one connection that is kept. Connecting, login and acknowledgement take `timeout` each at most.
 * Without `ack`, a record counts as sent when the operating system has it, and may be lost.
 */
export function createForwardOutput (name: string, { config, timer }: ForwardOutputOptions): Output {
  // Not @fluent-org/logger: it reads nonces as UTF-8, so that Fluent Bit refuses its key, it waits for ever where server
  // and client do not agree on a login, and its queue and retries would stand beside those of the delivery.
  const { host, port, tag, ack, timeout, sharedKey, username } = config
  const address = { host, port, ...(config.tls && { tls: readTlsFiles(name, config.tls) }) }
  const place = `${host}:${port}`
  let connection: ForwardConnection | undefined

  return {
    name,
    type: 'forward',
    limit: { records: 500, bytes: 1024 * 1024 },
    async send (deliveries, signal) {
      const chunk = randomBytes(16).toString('base64')
      const message = encodeForward(tag, deliveries, ack ? chunk : undefined)
      try {
        connection = connection?.open ? connection : await establish(signal)
        await deliver(connection, message, ack ? chunk : undefined, signal)
      } catch (error) {
        release()
        throw error instanceof SendFailed ? error : failure(error as Error)
      }
    },
    async close () {
      release()
    }
  }

  async function establish (signal: AbortSignal): Promise<ForwardConnection> {
    const fresh = await within({ timeout, message: `no connection within ${timeout} ms`, signal, timer }, (signal) => connectForward(address, signal))
    connection = fresh
    if (sharedKey !== undefined || username !== undefined) await logIn(fresh, signal)
    return fresh
  }

  async function logIn (connection: ForwardConnection, signal: AbortSignal): Promise<void> {
    const keySalt = randomBytes(16).toString('hex')
    try {
      const hello = readHello(await within({ timeout, message: `no greeting within ${timeout} ms: it may ask for no shared_key`, signal, timer }, () => connection.read()))
      if (hello === undefined) throw new Error('the server greets with another message than HELO')
      // A server turns away a client that bears its own name, as another process on this machine would.
      const ping = encodePing(hello, config, `tripline@${hostname()}`, keySalt)
      const answer = await within({ timeout, message: `no answer within ${timeout} ms`, signal, timer }, async () => {
        await connection.write(ping)
        return connection.read()
      })
      const refusal = refusalOf(answer, hello, config, keySalt)
      if (refusal !== undefined) throw new Error(refusal)
    } catch (error) {
      throw new SendFailed('output', `${place}: cannot log in: ${(error as Error).message}; check shared_key, username and password on both sides`, undefined, { cause: error })
    }
  }

  async function deliver (connection: ForwardConnection, message: Uint8Array, chunk: string | undefined, signal: AbortSignal): Promise<void> {
    await within({ timeout, message: `it takes no data for ${timeout} ms`, signal, timer }, () => connection.write(message))
    const answer = chunk === undefined
      ? connection.take()
      : await within({ timeout, message: `no acknowledgement within ${timeout} ms`, signal, timer }, () => connection.read())
    if (readHello(answer) !== undefined) throw new SendFailed('output', `${place}: the server asks for a login: set shared_key as it has it`)
    if (chunk !== undefined && ackOf(answer) !== chunk) throw new Error('the server did not take the records')
  }

  function release (): void {
    connection?.destroy()
    connection = undefined
  }

  function failure (error: Error): SendFailed {
    return new SendFailed(isCertificateFault(error) ? 'output' : 'retry', `${place}: ${error.message}`, undefined, { cause: error })
  }
}

/** `[tag, [[time, record], ...], { size, chunk }]`: the Forward mode, which every server takes. */
function encodeForward (tag: string, deliveries: readonly Delivery[], chunk: string | undefined): Uint8Array {
  try {
    const entries = deliveries.map((delivery) => [eventTime(delivery.record['@timestamp']), JSON.parse(delivery.json)])
    return encode([tag, entries, { size: entries.length, ...(chunk !== undefined && { chunk }) }])
  } catch (error) {
    throw new SendFailed('refused', `cannot be written as MessagePack: ${(error as Error).message}`, undefined, { cause: error })
  }
}

/** Seconds and nanoseconds since 1970, 32 bits each: https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1#eventtime-ext-format */
function eventTime (timestamp: string): ExtData {
  const time = Math.min(Math.max(Date.parse(timestamp) || 0, 0), 0xffffffff * 1000)
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(Math.floor(time / 1000), 0)
  bytes.writeUInt32BE((time % 1000) * 1e6, 4)
  return new ExtData(0, bytes)
}

/** The chunk that a message acknowledges; Vector sends a map without one when it could not deliver. */
function ackOf (message: unknown): string {
  return textOf(typeof message === 'object' && message !== null && 'ack' in message ? message.ack : undefined)
}
