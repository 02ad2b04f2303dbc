import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { encode } from '@msgpack/msgpack'
import type { ForwardOutputConfig } from '../config.js'
import type { Delivery } from '../store/store.js'
import { connectForward, type ForwardConnection } from './forward-connection.js'
import { encodePing, readHello, refusalOf, textOf } from './forward-handshake.js'
import { encodeEntry } from './forward-entry.js'
import { SendFailed, type InlineOutput } from './output.js'
import { isCertificateFault, readTlsFiles } from './tls-files.js'
import { within, type Timer } from './within.js'

export interface ForwardOutputOptions {
  config: Pick<ForwardOutputConfig, 'host' | 'port' | 'tag' | 'sharedKey' | 'username' | 'password' | 'ack' | 'timeout' | 'tls'>
  timer?: Timer
}

/**
 * Sends alert records, or the events that pass, to a Fluent Bit or Fluentd `forward` input or a Vector `fluent` source, each with its `@timestamp`
 * as event time, over one connection that is kept. Connecting, login and acknowledgement take `timeout` each at most.
 * Without `ack`, a record counts as sent when the operating system has it, and may be lost.
 */
export function createForwardOutput (name: string, { config, timer }: ForwardOutputOptions): InlineOutput {
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
    encoding: 'msgpack',
    width: 1,
    send: async (deliveries, signal) => transmit(deliveries.map(entryOf), signal),
    pass: (events, signal) => transmit(events, signal),
    async close () {
      release()
    }
  }

  async function transmit (entries: readonly Uint8Array[], signal: AbortSignal): Promise<void> {
    const chunk = ack ? randomBytes(16).toString('base64') : undefined
    try {
      connection = connection?.open ? connection : await establish(signal)
      await deliver(connection, encodeForward(tag, entries, chunk), chunk, signal)
    } catch (error) {
      release()
      throw error instanceof SendFailed ? error : failure(error as Error)
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

function entryOf ({ record, json }: Delivery): Uint8Array {
  try {
    return encodeEntry(Date.parse(record['@timestamp']), JSON.parse(json))
  } catch (error) {
    throw new SendFailed('refused', `cannot be written as MessagePack: ${(error as Error).message}`, undefined, { cause: error })
  }
}

/** `[tag, [[time, record], ...], { size, chunk }]`: the Forward mode, which every server takes. */
function encodeForward (tag: string, entries: readonly Uint8Array[], chunk: string | undefined): Buffer {
  const size = entries.length
  const header = Buffer.from([0xdc, size >> 8, size & 0xff])
  return Buffer.concat([Buffer.from([0x93]), encode(tag), header, ...entries, encode({ size, ...(chunk !== undefined && { chunk }) })])
}

/** The chunk that a message acknowledges; Vector sends a map without one when it could not deliver. */
function ackOf (message: unknown): string {
  return textOf(typeof message === 'object' && message !== null && 'ack' in message ? message.ack : undefined)
}
