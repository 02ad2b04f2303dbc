/** Smallest, median and largest. */
export function spread (values) {
  const sorted = [...values].sort((one, other) => one - other)
  return { min: sorted[0], median: sorted[Math.floor(sorted.length / 2)], max: sorted.at(-1) }
}

/** The value that this share of them does not exceed. */
export function quantile (values, share) {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
}

/** For people: three digits that count. */
export function shown (value) {
  if (value === undefined || !Number.isFinite(value)) return '-'
  if (Math.abs(value) >= 1000) return Math.round(Number(value.toPrecision(3))).toLocaleString('en')
  return String(Number(value.toPrecision(3)))
}

/** Rows of cells as lines, numbers to the right; nothing if there are no rows. */
export function table (head, rows) {
  if (rows.length === 0) return ''
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i].length)))
  const line = (row) => row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join('  ').trimEnd()
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

/**
 * The functions that a profile of V8 saw most, each with its share of the samples; `idle` and `program` are V8's own
 * names for waiting and for work outside JavaScript.
 */
export function hottest ({ nodes, samples }, count = 25) {
  const hits = new Map()
  const names = new Map(nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) =>
    [id, `${functionName || '(anonymous)'} ${url.split('/').slice(-2).join('/')}${url === '' ? '' : `:${lineNumber + 1}`}`]))
  for (const sample of samples) hits.set(names.get(sample), (hits.get(names.get(sample)) ?? 0) + 1)
  return [...hits].sort(([, one], [, other]) => other - one).slice(0, count).map(([name, hit]) => ({ name, share: hit / samples.length }))
}
