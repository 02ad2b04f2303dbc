/** Bytes of a size such as `64MiB`, `10MB` or `4096`; undefined when it is none. Any case; KiB counts 1024, kB 1000. */
export function bytesOf (text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? []
  const factor = sizes.get((unit ?? '?').toLowerCase())
  return factor === undefined ? undefined : safe(Math.round(Number(digits) * factor))
}

/** Milliseconds of a duration such as `500ms`, `90s`, `5m`, `1h30m` or `7d`; undefined when it is none. The unit is not optional. */
export function millisecondsOf (text: string): number | undefined {
  if (!/^(\d+(ms|s|m|h|d))+$/.test(text)) return undefined

  let total = 0
  for (const [, digits, unit] of text.matchAll(/(\d+)(ms|s|m|h|d)/g)) total += Number(digits) * durations[unit as keyof typeof durations]
  return safe(total)
}

/** Milliseconds as a person writes them: `9m`, `1h30m`, `500ms`. */
export function showDuration (milliseconds: number): string {
  let rest = milliseconds
  const parts: string[] = []
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const count = Math.floor(rest / durations[unit])
    if (count > 0) parts.push(`${count}${unit}`)
    rest -= count * durations[unit]
  }
  return parts.join('') || '0s'
}

const sizes = new Map([
  ['', 1], ['b', 1],
  ['kib', 2 ** 10], ['mib', 2 ** 20], ['gib', 2 ** 30], ['tib', 2 ** 40],
  ['kb', 1e3], ['mb', 1e6], ['gb', 1e9], ['tb', 1e12]
])

const durations = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function safe (value: number): number | undefined {
  return Number.isSafeInteger(value) ? value : undefined
}
