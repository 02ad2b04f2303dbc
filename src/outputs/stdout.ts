import type { Writable } from 'node:stream'
import { SendFailed, type InlineOutput } from './output.js'

export interface StdoutOutputOptions {
  stream?: Writable
}

/**
 * Writes alert records, or the events that pass, to standard output, one a line. A `send` lasts as long as the reader at the other end takes, for
 * what was written cannot be taken back; when `signal` says stop, the rest may still be written; until it is,
 * no event passes, or what nobody reads would fill the memory.
 */
export function createStdoutOutput (name: string, { stream = process.stdout }: StdoutOutputOptions = {}): InlineOutput {
  // A reader that has gone (EPIPE) is told to the writer below; without a listener it would end the process, even late,
  // when a write that was given up fails. So the listener stays, one a stream.
  if (!guarded.has(stream)) stream.on('error', () => {})
  guarded.add(stream)
  let writing = 0

  return {
    name,
    type: 'stdout',
    limit: { records: 1000, bytes: 1024 * 1024 },
    encoding: 'line',
    width: 1,
    send: (deliveries, signal) => write(deliveries.map((delivery) => `${delivery.json}\n`).join(''), signal),
    async pass (events, signal) {
      if (writing > 0) throw new SendFailed('retry', 'standard output is still busy')
      await write(Buffer.concat(events.flatMap((event) => [event, lineFeed])), signal)
    },
    // The stream belongs to the process.
    async close () {}
  }

  function write (lines: Buffer | string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => reject(new SendFailed('retry', 'stopped while standard output was busy'))
      signal.addEventListener('abort', stop, { once: true })
      writing++
      stream.write(lines, (error) => {
        writing--
        signal.removeEventListener('abort', stop)
        if (error == null) resolve()
        else reject(new SendFailed('output', `standard output cannot be written: ${error.message}`, undefined, { cause: error }))
      })
    })
  }
}

const lineFeed = Buffer.from('\n')

const guarded = new WeakSet<Writable>()
