import type { Readable, Writable } from 'node:stream'
import closeWithGrace from 'close-with-grace'
import type { Environment } from '../config/environment.js'

/** What a command has of the process around it. */
export interface Io {
  stdin: Readable
  /** Alerts, and what was asked for. */
  stdout: Writable
  /** Logs, faults, summaries, progress. */
  stderr: Writable & { isTTY?: boolean }
  env: Environment
  clock: () => number
  /** Calls `close` once when the process is told to stop or is about to fail; it then has 10 s. */
  onStop (close: (reason: { err?: Error }) => Promise<void>): void
  /** Calls `listener` at every SIGHUP. */
  onHangup (listener: () => void): void
}

/** The process itself. Whoever reads stdout may leave early (`| head`): that is no fault, and ends the process. */
export function processIo ({ exit = process.exit }: { exit?: (code: number) => void } = {}): Io {
  let leave = () => exit(0)
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    leave()
  })

  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    clock: Date.now,
    onStop (close) {
      leave = closeWithGrace({ delay: maxStop, skip: ['SIGHUP'] }, close).close
    },
    onHangup (listener) {
      process.on('SIGHUP', listener)
    }
  }
}

// Kubernetes and systemd give more; 10 s are promised, and the exit itself takes a moment.
const maxStop = 9_500
