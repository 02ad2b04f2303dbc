/**
 * A time as shippers and Windows write it, in whole ms since 1970 (rounded down); undefined when it is none.
 * Text: ISO 8601 with any number of fraction digits, `T` or a blank, with a zone or without one (then UTC), as
 * Fluent Bit's iso8601 and java_sql_timestamp, Vector's RFC 3339 and Sysmon's UtcTime are. Numbers and texts of
 * digits: seconds, ms, µs or ns by their size, which is unambiguous from 1973 to the year 5138.
 */
export function readTime (value: unknown): number | undefined {
  if (typeof value === 'number') return readNumber(value)
  if (typeof value !== 'string') return undefined
  const match = pattern.exec(value)
  if (match === null) return digits.test(value) ? readNumber(Number(value)) : undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', sign, zoneHour = '0', zoneMinute = '0'] = match
  const days = Date.UTC(2000, Number(month) - 1, Number(day))
  const time = new Date(days).setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  if (new Date(time).getUTCDate() !== Number(day) || Number(month) > 12) return undefined
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) return undefined
  const offset = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === '-' ? -60_000 : 60_000)
  return time + Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0')) - offset
}

/** A time in ms since 1970 as ISO 8601 with `Z`; one beyond what a Date holds is cut at its ends. */
export function showTime (time: number): string {
  return new Date(Math.max(-maxDate, Math.min(maxDate, time))).toISOString()
}

const pattern = /^\s*([+-]?\d{4,6})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?)?\s*(?:Z|([+-])(\d\d):?(\d\d)?|UTC)?\s*$/i
const digits = /^\d{1,20}(?:\.\d{1,12})?$/
const maxDate = 8.64e15

function readNumber (value: number): number | undefined {
  const size = Math.abs(value)
  // Seconds go through whole µs: 1772442900.123 * 1000 would come out a hair too low.
  const time = size < 1e11 ? Math.round(value * 1e6) / 1000 : size < 1e14 ? value : size < 1e17 ? value / 1000 : value / 1e6
  return Math.abs(time) <= maxDate ? Math.floor(time) : undefined
}
