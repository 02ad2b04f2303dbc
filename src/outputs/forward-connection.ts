import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { decodeMulti } from '@msgpack/msgpack'
import type { TlsOptions } from './tls-files.js'

/** A connection over which both ends send MessagePack. */
export interface ForwardConnection {
  /** False once either end has closed it. */
  readonly open: boolean
  /** Resolves when the operating system has taken the bytes. */
  write (bytes: Uint8Array): Promise<void>
  /** The next message of the server, its strings as bytes; rejects when there will be none. One reader at a time. */
  read (): Promise<unknown>
  /** A message that has come already, if there is one. */
  take (): unknown
  destroy (): void
}

export interface ForwardAddress {
  host: string
  port: number
  /** Absent: without TLS. */
  tls?: TlsOptions
}

/** Connects, with TLS if asked to; rejects, and leaves nothing open, when it cannot or `signal` says stop. */
export function connectForward ({ host, port, tls }: ForwardAddress, signal: AbortSignal): Promise<ForwardConnection> {
  return new Promise((resolve, reject) => {
    const socket = tls === undefined ? connectTcp({ host, port }) : connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }), ...tls })
    const connection = createConnection(socket)
    const stop = () => socket.destroy(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    socket.setNoDelay(true)
    // Without this, a peer that vanished is never noticed where no acknowledgement is asked for.
    socket.setKeepAlive(true, 30_000)
    socket.once('error', reject)
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      signal.removeEventListener('abort', stop)
      socket.off('error', reject)
      resolve(connection)
    })
  })
}

// A server says little; who says more is none.
const maxBuffered = 64 * 1024
const maxMessages = 100

function createConnection (socket: Socket): ForwardConnection {
  const messages: unknown[] = []
  let buffered = Buffer.alloc(0)
  /** Complete messages at the start of `buffered` that were passed on before. */
  let passed = 0
  let failure: Error | undefined
  let waiting: { resolve: (message: unknown) => void, reject: (error: Error) => void } | undefined

  socket.on('data', (bytes: Buffer) => {
    buffered = Buffer.concat([buffered, bytes])
    try {
      readMessages()
      if (buffered.length > maxBuffered || messages.length > maxMessages) throw new Error('the server sends more than this protocol knows')
    } catch (error) {
      socket.destroy(error as Error)
    }
  })
  socket.on('error', fail)
  socket.on('end', () => fail(new Error('the server closed the connection')))
  socket.on('close', () => fail(new Error('the connection is closed')))

  return {
    get open () { return failure === undefined && socket.writable },
    write: (bytes) => new Promise((resolve, reject) => { socket.write(bytes, (error) => error == null ? resolve() : reject(error)) }),
    read () {
      if (messages.length > 0) return Promise.resolve(messages.shift())
      if (failure !== undefined) return Promise.reject(failure)
      return new Promise((resolve, reject) => { waiting = { resolve, reject } })
    },
    take: () => messages.shift(),
    destroy: () => { socket.destroy() }
  }

  function readMessages (): void {
    let count = 0
    try {
      for (const message of decodeMulti(buffered, { rawStrings: true, maxArrayLength: 16, maxMapLength: 16, maxBinLength: 4096 })) {
        if (++count > passed) pass(message)
      }
    } catch (error) {
      // A message that has not come whole is a RangeError; anything else is not MessagePack.
      if (!(error instanceof RangeError)) throw error
      passed = count
      return
    }
    buffered = Buffer.alloc(0)
    passed = 0
  }

  function pass (message: unknown): void {
    if (waiting === undefined) messages.push(message)
    else waiting.resolve(message)
    waiting = undefined
  }

  function fail (error: Error): void {
    failure ??= error
    waiting?.reject(failure)
    waiting = undefined
  }
}
