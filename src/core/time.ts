/**
 * A time as shippers and Windows write it, in whole ms since 1970 (rounded down); undefined when it is none.
 * Text: ISO 8601 with any number of fraction digits, `T` or a blank, with a zone or without one (then UTC), as
 * Fluent Bit's iso8601 and java_sql_timestamp, Vector's RFC 3339 and Sysmon's UtcTime are. Numbers and texts of
 * digits: seconds, ms, µs or ns by their size, which is unambiguous from 1973 to the year 5138.
 */
export function readTime (value: unknown): number | undefined {
  if (typeof value === 'number') return readNumber(value)
  if (typeof value !== 'string') return undefined
  // Longer texts are none, and the blanks of a hostile one would keep the pattern busy for hours.
  if (value.length > maxLength) return undefined
  const match = pattern.exec(value)
  if (match === null) return digits.test(value) ? readNumber(Number(value)) : undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', sign, zoneHour = '0', zoneMinute = '0'] = match
  // Not Date.UTC, which takes the years 0 to 99 for those since 1900.
  const date = new Date(0)
  const midnight = date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  if (date.getUTCDate() !== Number(day) || date.getUTCMonth() !== Number(month) - 1) return undefined
  const timeOfDay = Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'))
  // 24:00 ends a day, and a leap second is the first one of the next minute.
  if ((Number(hour) > 23 && timeOfDay !== 86_400_000) || Number(minute) > 59 || Number(second) > 60 || Number(zoneHour) > 23 || Number(zoneMinute) > 59) return undefined
  const offset = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === '-' ? -60_000 : 60_000)
  const time = midnight + timeOfDay - offset
  return Math.abs(time) <= maxDate ? time : undefined
}

/** A time in ms since 1970 as ISO 8601 with `Z`; one beyond what a Date holds is cut at its ends. */
export function showTime (time: number): string {
  return new Date(Math.max(-maxDate, Math.min(maxDate, time))).toISOString()
}

const pattern = /^\s*([+-]?\d{4,6})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?\s*(?:Z|([+-])(\d\d):?(\d\d)?|UTC)?\s*$/i
const digits = /^\d{1,20}(?:\.\d+)?$/
const maxLength = 64
const maxDate = 8.64e15

function readNumber (value: number): number | undefined {
  const size = Math.abs(value)
  // Seconds and ns go through whole µs: a number holds neither exactly, and a hair too low would be a ms too low.
  const time = size < 1e11 ? Math.round(value * 1e6) / 1000 : size < 1e14 ? value : size < 1e17 ? value / 1000 : Math.round(value / 1000) / 1000
  return Math.abs(time) <= maxDate ? Math.floor(time) : undefined
}
