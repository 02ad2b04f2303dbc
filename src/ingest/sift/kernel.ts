/** Finds many texts, and the ends of JSON values, in 64 KiB at a time: the part of the sift that touches every byte. */
export interface Kernel {
  /** Where the bytes go that are to be looked at, from its beginning on, with 64 zeros behind them; its size is a multiple of 64. */
  readonly window: Uint8Array
  /**
   * Finds every text that stands whole in the first `size` bytes of the window. Gives the number of hits, of which `hits`
   * tells position and number; -1 when there are more than 4,096.
   */
  search (size: number): number
  readonly hits: Uint32Array
  /** Begins a walk through JSON values, outside of any. */
  start (): void
  /**
   * Walks on through the window from `from` to `size`: `ends` then tells the positions behind each bracket that leaves
   * no more than `base` objects and arrays open. Gives their number; -1 where a bracket closes that was not open, or a
   * backslash stands outside of a string. `from` is a multiple of 64, and so is `size` unless the body ends there.
   */
  walk (from: number, size: number, base: number): number
  readonly ends: Uint32Array
  /** Whether the walk is outside of any value. */
  isOutside (): boolean
}

/** A text to be found, letters of either case being one. */
export interface SiftText {
  /** 2 to 48 of them, each with bit 5 set: so letters of either case are the same, and of the others a few. */
  readonly bytes: Uint8Array
  /** By which a hit is known, up to 65,535; several texts may share one. Of those with 0 only the ones count that hide something. */
  readonly number: number
}
