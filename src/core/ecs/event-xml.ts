import type { FieldMap } from '../fields.js'
import type { WindowsEvent } from './windows-event.js'
import { setOwn, text } from './windows-event.js'

/** A Windows event as its XML says it; `inserts` are the `Data` elements without a name. */
export interface XmlEvent extends WindowsEvent {
  inserts: string[]
}

/** Whether a text is the XML of a Windows event, by its first characters. */
export function isEventXml (value: unknown): boolean {
  return typeof value === 'string' && start.test(value)
}

/**
 * Reads the XML that Windows renders of an event, and of that alone: no other XML, no document type, no entities but
 * the five of XML itself and numbers. Takes linear time, and reads the first 1,000 values. Whatever is not well formed
 * ends the reading: what was read before is given.
 */
export function readEventXml (xml: string): XmlEvent {
  const { values, data, inserts, message } = readElements(xml)
  return {
    code: values.get('EventID'),
    provider: values.get('Provider@Name') ?? values.get('Provider@EventSourceName'),
    channel: values.get('Channel'),
    computer: values.get('Computer'),
    recordId: values.get('EventRecordID'),
    version: values.get('Version'),
    level: values.get('Level'),
    task: values.get('Task'),
    opcode: values.get('Opcode'),
    keywords: values.get('Keywords'),
    user: values.get('Security@UserID'),
    message,
    times: [values.get('TimeCreated@SystemTime')],
    data,
    inserts
  }
}

const start = /^\s{0,64}(?:<\?xml[^<>]{0,200}\?>\s{0,64})?<(?:Event|System|DataItem|EventData)[\s>]/
// No `<` inside a tag, as XML has it, and a name that is given up is given up whole: so a broken tag costs no more than
// the way to the next one.
const tag = /<(\/?)([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)(?![\w.-])([^<>]*?)(\/?)>/y
// An element that holds text and has no attribute but a name, in one look: nearly all of them are such.
const simple = /<([A-Za-z]+)(?: Name=(?:'([^'<]*)'|"([^"<]*)"))?>([^<]*)<\/\1>/y
// It begins where a name does, not in every place within one.
const attribute = /(?<![\w.:-])([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const entity = /&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|(lt|gt|amp|quot|apos));/g
const named = new Map([['lt', '<'], ['gt', '>'], ['amp', '&'], ['quot', '"'], ['apos', "'"]])
const declaration = /^<\?xml/i
const sections = new Set(['System', 'EventData', 'UserData', 'RenderingInfo'])
const maxValues = 1000

interface Elements {
  /** Of the System part: `Channel`, or `Provider@Name` for an attribute. */
  values: Map<string, string>
  data: FieldMap
  inserts: string[]
  message: string | undefined
}

function readElements (xml: string): Elements {
  const found: Elements = { values: new Map(), data: {}, inserts: [], message: undefined }
  let section = ''
  let element = ''
  let name: string | undefined
  let content = ''
  let count = 0
  let position = xml.indexOf('<')
  while (position >= 0 && count < maxValues) {
    // No declaration may stand inside an element (XML 1.0, 2.6): the sift passes over those in front of a document.
    if (element !== '' && declaration.test(xml.slice(position, position + 5))) break
    const simple = section === '' || element !== '' ? null : readSimple(xml, position)
    const skipped = simple === null ? skip(xml, position) : undefined
    if (simple !== null) {
      const [all, local = '', single, double = single, content = ''] = simple
      addValue(found, section, local, double === undefined ? undefined : decode(double), decode(content))
      position += all.length
      count++
    } else if (skipped !== undefined) {
      content += skipped.content
      position = skipped.end
    } else {
      tag.lastIndex = position
      const match = tag.exec(xml)
      if (match === null) break
      const [all, closing, , local = '', attributes = '', empty] = match
      position += all.length
      if (closing === '' && sections.has(local) && section === '') {
        section = empty === '/' ? '' : local
        // What stands on either side of a section's border is not one text either.
        element = ''
      } else if (closing === '') {
        element = local
        name = addAttributes(found, section, local, attributes)
        content = ''
        if (empty === '/') element = ''
      } else {
        if (local === section) {
          section = ''
        } else if (local === element) {
          addValue(found, section, local, name, content)
          count++
        }
        // The end of another element is not well formed here: what stands before it and behind it is not one text.
        element = ''
      }
    }
    const next = xml.indexOf('<', position)
    if (element !== '' && next > position) content += decode(xml.slice(position, next))
    position = next
  }
  return found
}

function readSimple (xml: string, position: number): RegExpExecArray | null {
  simple.lastIndex = position
  return simple.exec(xml)
}

/** Over a comment, an instruction or a CDATA part, whose text is content. */
function skip (xml: string, position: number): { end: number, content: string } | undefined {
  const second = xml.charCodeAt(position + 1)
  if (second !== 0x21 && second !== 0x3f) return undefined
  const kind = skipped.find(({ open }) => xml.startsWith(open, position))
  if (kind === undefined) return undefined
  const end = xml.indexOf(kind.close, position)
  const from = position + kind.open.length
  return {
    end: end < 0 ? xml.length : end + kind.close.length,
    content: kind.open === '<![CDATA[' ? xml.slice(from, end < 0 ? xml.length : end) : ''
  }
}

const skipped = [{ open: '<!--', close: '-->' }, { open: '<?', close: '?>' }, { open: '<![CDATA[', close: ']]>' }]

/** Notes the attributes of a part of System; gives the name of a value of the event, which may be in one. */
function addAttributes ({ values }: Elements, section: string, local: string, attributes: string): string | undefined {
  if (attributes === '') return undefined
  let name: string | undefined
  for (const [, key = '', double, single] of attributes.matchAll(attribute)) {
    const value = decode(double ?? single as string)
    if (section === 'System') values.set(`${local}@${key}`, value)
    else if (key === 'Name') name = value
  }
  return name
}

function addValue (found: Elements, section: string, local: string, name: string | undefined, content: string): void {
  if (section === 'System') {
    const value = text(content)
    if (value !== undefined) found.values.set(local, value)
  } else if (section === 'RenderingInfo') {
    if (local === 'Message') found.message = content
  } else if (section === 'EventData' && local === 'Data' && name === undefined) {
    found.inserts.push(content)
  } else if (section !== '') {
    setOwn(found.data, name ?? local, content)
  }
}

function decode (content: string): string {
  return content.includes('&') ? content.replace(entity, (all, decimal?: string, hex?: string, name?: string) => character(all, decimal, hex, name)) : content
}

function character (all: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return named.get(name) as string
  const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex as string, 16)
  return code <= 0x10ffff ? String.fromCodePoint(code) : all
}
