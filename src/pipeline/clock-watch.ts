/**
 * Tells whether the clock was set since the last question, by comparing it with one that only ever runs on. Small steps,
 * up to `tolerance` ms, are no news: time servers make them, and drift adds up.
 */
export function createClockWatch (clock: () => number, steady: () => number, { tolerance = 10_000 } = {}): () => boolean {
  let offset = clock() - steady()
  return () => {
    const known = offset
    offset = clock() - steady()
    return Math.abs(offset - known) > tolerance
  }
}
