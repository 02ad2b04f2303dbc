import { readTime } from '../time.js'
import type { WindowsEvent } from './windows-event.js'

/** When an event happened, ms since 1970, and how well that is known. */
export interface EventTime {
  time: number
  /** Set where the text names no zone: the zone that it was read in, `UTC` unless the record tells another (`-04:00`). */
  zone?: string
  /** The text has no fraction: the event happened within the second that begins at `time`. */
  wholeSecond?: boolean
}

/** The first of the event's times that can be read; one without a zone is read as UTC, or as the zone that the record tells. */
export function readEventTime ({ times, offset: tellOffset }: Pick<WindowsEvent, 'times' | 'offset'>): EventTime | undefined {
  for (const value of times) {
    const time = readTime(value)
    if (time === undefined) continue
    if (typeof value !== 'string') return { time }
    const zoneless = !zone.test(value) && !digits.test(value)
    const offset = zoneless ? tellOffset?.() : undefined
    return {
      time: time - (offset ?? 0),
      ...zoneless && { zone: offset === undefined ? 'UTC' : showOffset(offset) },
      ...!fraction.test(value) && { wholeSecond: true }
    }
  }
  return undefined
}

/**
 * How far `local`, a time without a zone, is ahead of UTC, where `instant` is the same moment with a zone, noted up to
 * two minutes later. Zones differ by quarters of an hour, and by 14 hours at most. Undefined when the two do not fit.
 */
export function offsetOf (local: unknown, instant: unknown): number | undefined {
  const [here, there] = [readTime(local), readTime(instant)]
  if (here === undefined || there === undefined || zone.test(String(local)) || !zone.test(String(instant))) return undefined
  // A second for the fraction that the local time lacks, and for clocks that are set.
  const offset = Math.ceil((here - there - 1000) / quarter) * quarter
  const delay = there - (here - offset)
  return delay <= maxDelay && Math.abs(offset) <= maxOffset ? offset + 0 : undefined
}

const zone = /:\d\d[\d.,:]*\s*(?:z|utc|[+-]\d\d(?::?\d\d)?)\s*$/i
const digits = /^[\d.]*$/
const fraction = /[.,]\d/
const quarter = 900_000
const maxDelay = 120_000
const maxOffset = 14 * 3_600_000

function showOffset (offset: number): string {
  const minutes = Math.abs(offset) / 60_000
  const digitsOf = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${digitsOf(minutes / 60)}:${digitsOf(minutes % 60)}`
}
