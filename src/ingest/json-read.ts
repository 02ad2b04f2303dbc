/** The deepest nesting of a record that is read; ECS stays under ten. */
export const maxDepth = 128

/** Parses JSON text; `undefined` if it is none, or is nested deeper than `maxDepth`. */
export function readJson (text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isDeeper(value, maxDepth) ? undefined : value
  } catch {
    return undefined
  }
}

/** Whether objects and arrays are nested in each other more than `depth` times. Looks no deeper than that. */
export function isDeeper (value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth === 0) return true
  if (Array.isArray(value)) {
    for (const element of value) if (isDeeper(element, depth - 1)) return true
    return false
  }
  const fields = value as Record<string, unknown>
  for (const name in fields) {
    const field = fields[name]
    if (typeof field === 'object' && isDeeper(field, depth - 1)) return true
  }
  return false
}
