import { Refusal } from '../errors.js'

/** Refuses, with 415 and the line that mends it, JSON-like objects that are GELF. `first` is the body's first record. */
export function refuseGelf (first: Buffer): void {
  const text = first.toString('utf8')
  if (!text.includes('"version":"1.1"')) return
  // Fluent Bit's GELF is no valid JSON where a field holds a list: nothing but its beginning can be trusted.
  const remedy = isGelf(text) ?? (text.startsWith('{"version":"1.1", "') ? fluentBit : undefined)
  if (remedy !== undefined) throw unsupported('GELF', remedy)
}

/** Refuses, with 415 and the line that mends it, text that plainly is CEF, CSV or logfmt, and bytes that are no text. `label` is the media type. */
export function refuseForeign (body: Buffer, label: string): void {
  const labelled = labels.find(([pattern]) => pattern.test(label))
  if (labelled !== undefined) throw unsupported(labelled[1], vector)
  if (label === 'text/plain') return
  if (isBinary(body)) throw unsupported('binary (protobuf, Avro or an unknown compression)', vector)
  const lines = body.toString('utf8', 0, 65536).split(/\r?\n/).slice(0, 10).map((line) => line.slice(0, 4096)).filter((line) => line !== '')
  // It is curl's label for whatever one posts.
  if (label === 'application/x-www-form-urlencoded' && lines.every((line) => form.test(line))) throw unsupported('a web form', vector)
  const found = signs.find(([, is]) => is(lines))
  if (found !== undefined) throw unsupported(found[0], vector)
}

const fluentBit = 'in Fluent Bit\'s output set `format json_lines`'
const vector = 'in Vector\'s sink set `encoding.codec: json`, in Fluent Bit\'s output `format json_lines`'

/** Media types that are refused; asked only where the bytes are no JSON and no MessagePack. */
const labels: [RegExp, string][] = [
  [/csv/, 'CSV'],
  [/logfmt/, 'logfmt'],
  [/cef/, 'CEF'],
  [/protobuf/, 'protobuf'],
  [/avro/, 'Avro'],
  [/^multipart/, 'a web form']
]

const signs: [string, (lines: string[]) => boolean][] = [
  ['CEF', (lines) => lines.some((line) => /(?:^|\s)CEF:\d+\|/.test(line))],
  ['logfmt', (lines) => lines.every((line) => logfmt.test(line))],
  ['CSV', isCsv]
]

const form = /^[^\s=&]+=[^\s=&]*(?:&[^\s=&]+=[^\s=&]*)*$/

const logfmt = /^[\w.@-]+=(?:"(?:[^"\\]|\\.)*"|[^"\s]\S*|)(?:\s+[\w.@-]+=(?:"(?:[^"\\]|\\.)*"|[^"\s]\S*|))+\s*$/

function unsupported (format: string, remedy: string): Refusal {
  return new Refusal(415, 'TRIPLINE_UNSUPPORTED_FORMAT', `the body is ${format}, which cannot be read without loss: ${remedy}`)
}

/** The remedy for the shipper that sent it, if the text is a GELF object. */
function isGelf (text: string): string | undefined {
  try {
    const record = JSON.parse(text) as Record<string, unknown>
    const own = record.version === '1.1' && (typeof record.short_message === 'string' || Object.keys(record).some((name) => name.startsWith('_')))
    return own ? (Object.keys(record)[0] === 'version' ? fluentBit : vector) : undefined
  } catch {
    return undefined
  }
}

/** Each line has the same number of fields, three or more, and no blank follows a comma as it does in prose. */
function isCsv (lines: string[]): boolean {
  const counts = lines.map((line) => line.replace(/"(?:[^"]|"")*"/g, '').split(/,(?!\s)/).length)
  return counts.every((count) => count >= 3 && count === counts[0])
}

/** More than one byte in fifty of the first thousand is a control character that no text has. */
function isBinary (body: Buffer): boolean {
  const head = body.subarray(0, 1000)
  const found = head.filter((byte) => byte < 0x20 && !textControls.has(byte)).length
  return found * 50 > head.length
}

const textControls = new Set(Buffer.from('\b\t\n\v\f\r\x1b'))
