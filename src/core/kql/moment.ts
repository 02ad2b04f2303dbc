/** A point in time that a query names, in ms since 1970: its first or its last millisecond, seen from `now`. */
export type Moment = (now: number, roundUp: boolean) => number

/**
 * Reads ISO 8601 (missing parts make it a span, no zone means UTC), digits of epoch milliseconds, and date math as
 * Elasticsearch has it (`now-5m`, `now/d`, `2024-01-01||+1M`); undefined when the text is none of these.
 */
export function readMoment (text: string): Moment | undefined {
  const [, anchor, date = text, operations = ''] = dateMath.exec(text) ?? []
  const shift = readShift(operations)
  if (anchor === 'now') return shift
  const span = readSpan(date)
  if (span === undefined) return undefined
  // Upstream rounds an anchor with missing parts down, even where the result of the operations is rounded up.
  const last = anchor === undefined ? span.end : shift(span.start, true)
  const first = shift(span.start, false)
  return (_, roundUp) => roundUp ? last : first
}

type Unit = 'y' | 'M' | 'w' | 'd' | 'h' | 'm' | 's'

const dateMath = /^(now|(.{4,40})\|\|)((?:[+-]\d{0,9}[yMwdhHms]|\/[yMwdhHms])*)$/
const operation = /([+\-/])(\d*)([yMwdhHms])/g
const iso = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(?:Z|([+-])(\d\d):?(\d\d)?)?)?)?)?$/
const epoch = /^-?\d{1,16}$/
const day = 86_400_000
const sizes: Partial<Record<Unit, number>> = { w: 7 * day, d: day, h: 3_600_000, m: 60_000, s: 1000 }
const partUnits: (Unit | undefined)[] = ['y', 'M', 'd', 'h', 'm', 's']
// Weeks begin on Monday, and 1970 on a Thursday.
const firstMonday = -3 * day

function readSpan (text: string): { start: number, end: number } | undefined {
  const match = iso.exec(text)
  if (match === null) return epoch.test(text) ? { start: Number(text), end: Number(text) } : undefined
  const parts = match.slice(1, 8).filter((part) => part !== undefined)
  const [year = 0, month = 1, date = 1, hour = 0, minute = 0, second = 0] = parts.map(Number)
  const midnight = utc(year, month - 1, date)
  const isDay = month > 0 && new Date(midnight).getUTCMonth() === month - 1 && date > 0
  if (!isDay || hour > 23 || minute > 59 || second > 59) return undefined
  const [fraction = '0', sign, zoneHour = '0', zoneMinute = '0'] = match.slice(7)
  const zone = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === '-' ? -60_000 : 60_000)
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'))
  const start = midnight + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds - zone
  const unit = partUnits[parts.length - 1]
  return { start, end: unit === undefined ? start : add(start, 1, unit) - 1 }
}

function readShift (operations: string): Moment {
  const steps = [...operations.matchAll(operation)].map(([, sign, count, unit]) => ({
    sign, count: Number(count === '' ? 1 : count), unit: (unit === 'H' ? 'h' : unit) as Unit
  }))
  return (time, roundUp) => steps.reduce((time, { sign, count, unit }) => {
    if (sign !== '/') return add(time, sign === '-' ? -count : count, unit)
    return roundUp ? add(startOf(time, unit), 1, unit) - 1 : startOf(time, unit)
  }, time)
}

function add (time: number, count: number, unit: Unit): number {
  const size = sizes[unit]
  if (size !== undefined) return time + count * size
  const date = new Date(time)
  const months = date.getUTCMonth() + count * (unit === 'y' ? 12 : 1)
  // The 31st of January and a month is the last of February.
  const lastDay = new Date(utc(date.getUTCFullYear(), months + 1, 0)).getUTCDate()
  return utc(date.getUTCFullYear(), months, Math.min(date.getUTCDate(), lastDay)) + remainder(time, day)
}

function startOf (time: number, unit: Unit): number {
  const size = sizes[unit]
  const date = new Date(time)
  if (size === undefined) return utc(date.getUTCFullYear(), unit === 'y' ? 0 : date.getUTCMonth(), 1)
  return time - remainder(time - (unit === 'w' ? firstMonday : 0), size)
}

function remainder (value: number, size: number): number {
  return value - Math.floor(value / size) * size
}

// Date.UTC takes the years 0 to 99 for 1900 to 1999.
function utc (year: number, month: number, date: number): number {
  return new Date(0).setUTCFullYear(year, month, date)
}
