import type { FieldMap } from '../fields.js'
import { attributeOf, elementText, readEventData } from './event-data.js'
import { nameInserts } from './string-inserts.js'
import { isMap, text, type WindowsEvent } from './windows-event.js'

/** The tree of Windows' own XML as JSON, as Sigma tools and converters of .evtx files write it: `Event.System`, nested or dotted. */
export function isSigma (record: FieldMap): boolean {
  const event = record['Event']
  return (isMap(event) && isMap(event['System'])) || (isMap(record['System']) && record['EventData'] !== undefined) || record['Event.System.EventID'] !== undefined
}

export function readSigma (record: FieldMap): WindowsEvent {
  const event = isMap(record['Event']) ? record['Event'] : isMap(record['System']) ? record : nest(record)
  const system = isMap(event['System']) ? event['System'] : {}
  const one = (name: string): string | undefined => text(elementText(system[name]))
  const attribute = (element: string, name: string): unknown => attributeOf(system[element], name) ?? attributeOf(system[`${element}_attributes`], name)
  const code = one('EventID')
  const rendering = event['RenderingInfo']
  const { data, inserts } = readEventData(event['EventData'])
  return {
    code,
    provider: text(attribute('Provider', 'Name')) ?? one('Provider'),
    channel: one('Channel'),
    computer: one('Computer'),
    recordId: one('EventRecordID'),
    version: one('Version'),
    level: one('Level'),
    task: one('Task'),
    opcode: one('Opcode'),
    keywords: one('Keywords'),
    user: text(attribute('Security', 'UserID')),
    message: isMap(rendering) ? rendering['Message'] : undefined,
    times: [attribute('TimeCreated', 'SystemTime'), elementText(system['TimeCreated'])],
    data: inserts.length > 0 ? { ...nameInserts(inserts, { code, version: one('Version') }), ...data } : data
  }
}

const prefix = 'Event.'
const maxDepth = 8

/** Maps of its own stand between the record's values: a name may lead into a map that the record brought, or beyond it, to what all maps inherit. */
function nest (record: FieldMap): FieldMap {
  const own = new WeakSet<FieldMap>()
  const mapOf = (fields: FieldMap = {}): FieldMap => {
    const map = Object.assign(Object.create(null), fields) as FieldMap
    own.add(map)
    return map
  }
  const root = mapOf()
  for (const [name, value] of Object.entries(record)) {
    if (!name.startsWith(prefix)) continue
    const parts = name.slice(prefix.length).split('.', maxDepth)
    let object = root
    for (const part of parts.slice(0, -1)) {
      const child = object[part]
      object = isMap(child) && own.has(child) ? child : object[part] = mapOf(isMap(child) ? child : undefined)
    }
    object[parts.at(-1) as string] = value
  }
  return root
}
