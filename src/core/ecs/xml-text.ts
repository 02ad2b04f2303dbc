import type { FieldMap } from '../fields.js'
import { isEventXml, readEventXml } from './event-xml.js'
import { nameInserts } from './string-inserts.js'
import type { WindowsEvent } from './windows-event.js'

/** A line of text that is the XML of an event, in the field where shippers put lines. */
export function isXmlText (record: FieldMap): boolean {
  return fields.some((name) => isEventXml(record[name]))
}

export function readXmlText (record: FieldMap): WindowsEvent {
  const name = fields.find((name) => isEventXml(record[name])) as string
  const { inserts, ...event } = readEventXml(record[name] as string)
  const { code, version, data } = event
  return inserts.length === 0 ? event : { ...event, data: { ...nameInserts(inserts, { code, version }), ...data } }
}

const fields = ['message', 'log', 'Message', 'xml', 'event.original']
