import type { FieldMap } from '../fields.js'
import { isEventXml, readEventXml } from './event-xml.js'
import { isMap, setOwn, text } from './windows-event.js'

/** An event's own values: those with names, and those without, in their order. */
export interface EventData {
  data: FieldMap
  inserts: unknown[]
}

/**
 * Reads an event's values however they are written down: a map of names, a `Data` list of `{ Name, value }` or of
 * values alone, JSON text or XML text of the same.
 */
export function readEventData (value: unknown): EventData {
  if (typeof value === 'string') return readText(value)
  if (Array.isArray(value)) return readList(value)
  if (!isMap(value)) return { data: {}, inserts: [] }
  const { Data: list } = value
  if (Array.isArray(list)) return readList(list)
  if (isMap(list)) return readList(Array.isArray(list['#text']) ? list['#text'] : [list])
  return { data: value, inserts: [] }
}

/** The text of an element that a converter of XML made an object of, for its attributes' sake. */
export function elementText (value: unknown): unknown {
  return isMap(value) ? value['#text'] ?? value['_'] ?? value['Value'] ?? value['value'] ?? value['Text'] : value
}

/** An attribute of an element, as the usual converters of XML write it down. */
export function attributeOf (element: unknown, name: string): unknown {
  if (!isMap(element)) return undefined
  const inner = element['#attributes'] ?? element['$'] ?? element['attributes']
  return element[name] ?? element[`@${name}`] ?? element[`_${name}`] ?? (isMap(inner) ? inner[name] : undefined)
}

function readText (value: string): EventData {
  if (isEventXml(value)) {
    const { data, inserts } = readEventXml(value)
    return { data, inserts }
  }
  const first = value.charCodeAt(value.search(/\S/))
  if (first !== 0x7b && first !== 0x5b) return { data: {}, inserts: [] }
  try {
    return readEventData(JSON.parse(value))
  } catch {
    return { data: {}, inserts: [] }
  }
}

function readList (list: readonly unknown[]): EventData {
  const found: EventData = { data: {}, inserts: [] }
  for (const item of list) {
    const name = text(attributeOf(item, 'Name') ?? attributeOf(item, 'name') ?? attributeOf(item, 'Key'))
    const value = elementText(item)
    if (name === undefined) found.inserts.push(value)
    else setOwn(found.data, name, value)
  }
  return found
}
