import type { Writable } from 'node:stream'
import { SingleBar } from 'cli-progress'

export interface Progress {
  add (bytes: number): void
  stop (): void
}

/** A bar on a terminal, for a total of bytes that is known; nothing elsewhere. It is gone when it stops. */
export function createProgress ({ total, stream }: { total: number, stream: Writable & { isTTY?: boolean } }): Progress {
  if (stream.isTTY !== true || total === 0) return { add () {}, stop () {} }

  const bar = new SingleBar({ stream, format: '{bar} {percentage} %, {eta_formatted} to go', clearOnComplete: true, hideCursor: true })
  bar.start(total, 0)
  return {
    add: (bytes) => bar.increment(bytes),
    stop: () => bar.stop()
  }
}
