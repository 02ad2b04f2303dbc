import { Refusal } from '../errors.js'
import type { Log } from '../ops/log.js'

export interface TickerOptions {
  tick: () => Promise<void>
  log: Log
  /** Milliseconds from the end of one tick to the next. */
  every?: number
  /** Calls back once after so many ms, and gives what prevents it. */
  timer?: (run: () => void, after: number) => () => void
}

/** Ticks again and again, never twice at the same time, until the function that it gives is called. A tick may fail: the next one comes. */
export function startTicker ({ tick, log, every = 1_000, timer = unreferenced }: TickerOptions): () => void {
  let stopped = false
  let cancel = timer(run, every)
  return () => {
    stopped = true
    cancel()
  }

  async function run (): Promise<void> {
    try {
      await tick()
    } catch (error) {
      // That the state cannot be written is in the log since it began.
      if (!(error instanceof Refusal)) log.error({ err: error }, 'what was due could not be done; it is tried again')
    }
    if (!stopped) cancel = timer(run, every)
  }
}

/** A process that has nothing else to do may end. */
function unreferenced (run: () => void, after: number): () => void {
  const timeout = setTimeout(run, after).unref()
  return () => clearTimeout(timeout)
}
