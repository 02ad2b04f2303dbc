import type { FieldMap } from '../fields.js'
import { MappedEvent } from './mapped-event.js'
import { shapes } from './shapes.js'
import { isMap } from './windows-event.js'

/** What is known of a record's shape, and what its fields are under their ECS names. */
export interface EcsRecord {
  /** The shape's name: a row of `shapes`, `ecs` for a record that has ECS names already, `other` for one that no shape knows. */
  shape: string
  /** Groups in which the record's own fields do not count, because this shape means something else by them. */
  foreign: readonly string[]
  /** Undefined when the record stands as it is. */
  mapped?: MappedEvent
}

/**
 * Knows a record by its shape and names its fields as ECS does, without changing the record. A record that is ECS
 * already, or that nobody knows, stands as it is. Nothing makes it throw.
 */
export function toEcs (record: FieldMap): EcsRecord {
  if (isMapped(record)) return ecs
  const shape = shapes.find(({ knows }) => knows(record))
  if (shape === undefined) return hasEcsNames(record) ? ecs : other
  return { shape: shape.name, foreign: shape.foreign ?? none, mapped: new MappedEvent(shape.read(record)) }
}

const none: readonly string[] = []
const ecs: EcsRecord = { shape: 'ecs', foreign: none }
const other: EcsRecord = { shape: 'other', foreign: none }

/** Somebody has mapped the record: its category is there, which no raw record has. */
function isMapped (record: FieldMap): boolean {
  const { event } = record
  return (isMap(event) && event['category'] !== undefined) || record['event.category'] !== undefined
}

function hasEcsNames (record: FieldMap): boolean {
  return groups.some((group) => isMap(record[group])) || names.some((name) => record[name] !== undefined)
}

const groups = ['event', 'process', 'ecs']
const names = ['event.code', 'event.kind', 'process.name', 'ecs.version']
