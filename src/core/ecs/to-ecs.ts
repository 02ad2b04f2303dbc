import type { FieldMap } from '../fields.js'
import { mapWindowsEvent, type MappedEvent } from './map-windows-event.js'
import { shapes } from './shapes.js'
import { isMap } from './windows-event.js'

/** A record under its ECS names. */
export interface EcsRecord extends Omit<MappedEvent, 'fields'> {
  /** Undefined when the record stands as it is. */
  fields?: FieldMap
  /** The shape's name: a row of `shapes`, `ecs` for a record that has ECS names already, `other` for one that no shape knows. */
  shape: string
  /** Groups in which the record's own fields do not count, because this shape means something else by them. */
  foreign: readonly string[]
}

/**
 * Knows a record by its shape and names its fields as ECS does, dotted, without changing the record. A record that is
 * ECS already, or that nobody knows, stands as it is. Nothing makes it throw.
 */
export function toEcs (record: FieldMap): EcsRecord {
  if (isMapped(record)) return ecs
  const shape = shapes.find(({ knows }) => knows(record))
  if (shape === undefined) return hasEcsNames(record) ? ecs : other
  return { shape: shape.name, foreign: shape.foreign ?? [], ...mapWindowsEvent(shape.read(record)) }
}

const ecs: EcsRecord = { shape: 'ecs', foreign: [] }
const other: EcsRecord = { shape: 'other', foreign: [] }

/** Somebody has mapped the record: its category is there, which no raw record has. */
function isMapped (record: FieldMap): boolean {
  const { event } = record
  return (isMap(event) && event['category'] !== undefined) || record['event.category'] !== undefined
}

function hasEcsNames (record: FieldMap): boolean {
  return ['event', 'process', 'ecs'].some((group) => isMap(record[group])) || ['event.code', 'event.kind', 'process.name', 'ecs.version'].some((name) => record[name] !== undefined)
}
