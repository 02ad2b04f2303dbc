import type { FieldMap } from '../fields.js'
import { isAzure, readAzure } from './azure.js'
import { isFlat, isNxlog, readFlat } from './flat.js'
import { isSigma, readSigma } from './sigma.js'
import { isVector, readVector } from './vector.js'
import type { WindowsEvent } from './windows-event.js'
import { isWinevtlog, isWinevtlogXml, isWinlog, readWinevtlog, readWinevtlogXml, readWinlog } from './winevtlog.js'
import { isWinlogbeat, isWinlogbeat6, readWinlogbeat, readWinlogbeat6 } from './winlogbeat.js'
import { isXmlText, readXmlText } from './xml-text.js'

/** One way in which Windows events come. */
export interface Shape {
  /** As `stats()` counts it and the README lists it. */
  name: string
  /** One cheap look at the record itself: whether fields are there that only this shape has. */
  knows: (record: FieldMap) => boolean
  read: (record: FieldMap) => WindowsEvent
  /** ECS groups whose names this shape uses for something else, so that they are not ECS though they look so. */
  foreign?: readonly string[]
}

/** Every shape but ECS itself. The first that knows the record reads it, so the more particular stand first. */
export const shapes: readonly Shape[] = [
  { name: 'winlogbeat', knows: isWinlogbeat, read: readWinlogbeat },
  { name: 'vector', knows: isVector, read: readVector },
  { name: 'winlogbeat6', knows: isWinlogbeat6, read: readWinlogbeat6, foreign: ['host', 'user'] },
  { name: 'winevtlog', knows: isWinevtlog, read: readWinevtlog },
  { name: 'winevtlog_xml', knows: isWinevtlogXml, read: readWinevtlogXml },
  { name: 'winlog', knows: isWinlog, read: readWinlog },
  { name: 'azure', knows: isAzure, read: readAzure },
  { name: 'sigma', knows: isSigma, read: readSigma },
  { name: 'nxlog', knows: isNxlog, read: readFlat },
  { name: 'flat', knows: isFlat, read: readFlat },
  { name: 'xml', knows: isXmlText, read: readXmlText }
]
