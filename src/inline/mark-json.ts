import { endOfString, endOfValue, skipBlanks } from '../ingest/json-scan.js'
import { wrappers } from '../ingest/unwrap.js'
import type { Mark } from './passed-event.js'

/**
 * The bytes of a valid JSON object with the mark as its last member, `tripline`; no other byte changes. A `tripline`
 * that it has already gets the mark as its value instead: a name that stands twice is refused by many. In an object
 * that wraps the record (`{"log":{…}}`), the mark stands in the record.
 */
export function markJson (bytes: Buffer, mark: Mark): Buffer {
  const { start, end } = recordIn(bytes)
  const value = JSON.stringify(mark)
  const all = membersOf(bytes, start)
  const own = all.findLast(({ name }) => name === 'tripline')
  if (own !== undefined) return spliced(bytes, own.start, own.end, value)
  return spliced(bytes, end, end, `${all.length === 0 ? '' : ','}"tripline":${value}`)
}

interface Member { name: string, start: number, end: number }

/** Where the braces of the record are: the body of the wrapper, if there is one, else of the object itself. */
function recordIn (bytes: Buffer): { start: number, end: number } {
  const end = bytes.lastIndexOf(0x7d)
  const [first, ...others] = membersOf(bytes, 0)
  if (first === undefined || others.length > 0 || !wrappers.has(first.name) || bytes[first.start] !== 0x7b) return { start: 0, end }
  return { start: first.start, end: first.end - 1 }
}

/** The names of the object whose brace is at `at`, and the borders of their values. */
function membersOf (bytes: Buffer, at: number): Member[] {
  const members: Member[] = []
  for (at = skipBlanks(bytes, at + 1); bytes[at] === 0x22;) {
    const endOfName = endOfString(bytes, at)
    const start = skipBlanks(bytes, skipBlanks(bytes, endOfName) + 1)
    const end = endOfValue(bytes, start)
    members.push({ name: JSON.parse(bytes.toString('utf8', at, endOfName)) as string, start, end })
    at = skipBlanks(bytes, skipBlanks(bytes, end) + 1)
  }
  return members
}

function spliced (bytes: Buffer, start: number, end: number, text: string): Buffer {
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(text), bytes.subarray(end)])
}
