/** Calls once after so many milliseconds, unless the function that it gives is called before. */
export type Timer = (run: () => void, after: number) => () => void

/** The timer of the process. Keeps it alive, so whoever sets it takes it back on closing. */
export const processTimer: Timer = (run, after) => {
  const timeout = setTimeout(run, after)
  return () => clearTimeout(timeout)
}

export interface WithinOptions {
  /** Milliseconds. */
  timeout: number
  /** What the rejection says after the timeout. */
  message: string
  signal?: AbortSignal
  timer?: Timer
}

/**
 * Does work that gets a signal, and rejects with `TimedOut` or the reason of `signal` as soon as the time is over or
 * `signal` says so, even if the work does not listen: then its own end, good or bad, is ignored.
 */
export async function within<Result> ({ timeout, message, signal, timer = processTimer }: WithinOptions, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const ended = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true })
  })
  const stop = () => controller.abort(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  const cancel = timer(() => controller.abort(new TimedOut(message)), timeout)
  try {
    return await Promise.race([ended, work(controller.signal)])
  } finally {
    cancel()
    signal?.removeEventListener('abort', stop)
  }
}

/** Something took longer than it may. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut'
}
