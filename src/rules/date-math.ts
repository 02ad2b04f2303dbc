const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, H: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** The milliseconds of a length of time such as `90s`, `5m`, `1h`, `2d`; undefined when it is none. */
export function readDuration (text: string): number | undefined {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text.trim()) ?? []
  return count === undefined ? undefined : Number(count) * (units[unit as string] as number)
}

/**
 * How far a date math expression such as `now-9m` or `now-1h-30m` lies from now, in milliseconds; undefined when it
 * cannot be said without a calendar: rounding (`now/d`), months, years, dates.
 */
export function readDateMath (text: string): number | undefined {
  const [, steps] = /^now((?:[+-]\d{0,9}[smhHdw])*)$/.exec(text.trim()) ?? []
  if (steps === undefined) return undefined
  let offset = 0
  for (const [, sign, count, unit] of steps.matchAll(/([+-])(\d*)(\D)/g)) {
    offset += (sign === '-' ? -1 : 1) * Number(count === '' ? 1 : count) * (units[unit as string] as number)
  }
  return offset
}
