import type { FieldMap } from '../core/fields.js'
import { isTable } from './contents.js'

/** The fields with dotted names as nested ones, so that two spellings of one field are one. Nothing is inherited. */
export function unfold (fields: Readonly<FieldMap>): FieldMap {
  return Object.entries(fields).reduce<FieldMap>((whole, [name, value]) => {
    const inner = isTable(value) ? unfold(value) : value
    const nested = name.split('.').reduceRight<unknown>((below, step) => Object.assign(bare(), { [step]: below }), inner)
    return unite(whole, nested as FieldMap)
  }, bare())
}

/** One record of both: what `over` says counts, tables are merged, lists replaced, and `null` takes a field away. */
export function merge (under: Readonly<FieldMap>, over: Readonly<FieldMap>): FieldMap {
  return withoutNull(unite(under, over))
}

function unite (under: Readonly<FieldMap>, over: Readonly<FieldMap>): FieldMap {
  const united = Object.assign(bare(), under)
  for (const [name, value] of Object.entries(over)) {
    const below = united[name]
    united[name] = isTable(value) && isTable(below) ? unite(below, value) : value
  }
  return united
}

function withoutNull (fields: Readonly<FieldMap>): FieldMap {
  const left = bare()
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null) left[name] = isTable(value) ? withoutNull(value) : value
  }
  return left
}

function bare (): FieldMap {
  return Object.create(null) as FieldMap
}
