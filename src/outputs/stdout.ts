import type { Writable } from 'node:stream'
import { SendFailed, type Output } from './output.js'

export interface StdoutOutputOptions {
  stream?: Writable
}

/**
 * Writes alert records to standard output, one a line. A `send` lasts as long as the reader at the other end takes, for
 * what was written cannot be taken back; when `signal` says stop, the rest may still be written.
 */
export function createStdoutOutput (name: string, { stream = process.stdout }: StdoutOutputOptions = {}): Output {
  // A reader that has gone (EPIPE) is told to the writer below; without a listener it would end the process, even late,
  // when a write that was given up fails. So the listener stays, one a stream.
  if (!guarded.has(stream)) stream.on('error', () => {})
  guarded.add(stream)

  return {
    name,
    type: 'stdout',
    limit: { records: 1000, bytes: 1024 * 1024 },
    send (deliveries, signal) {
      return new Promise((resolve, reject) => {
        const stop = () => reject(new SendFailed('retry', 'stopped while standard output was busy'))
        signal.addEventListener('abort', stop, { once: true })
        stream.write(deliveries.map((delivery) => `${delivery.json}\n`).join(''), (error) => {
          signal.removeEventListener('abort', stop)
          if (error == null) resolve()
          else reject(new SendFailed('output', `standard output cannot be written: ${error.message}`, undefined, { cause: error }))
        })
      })
    },
    // The stream belongs to the process.
    async close () {}
  }
}

const guarded = new WeakSet<Writable>()
