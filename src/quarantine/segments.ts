import { readEntry, type Entry } from './entry.js'
import type { Folder } from './folder.js'

/** An entry, and where it stands in its segment. */
export interface Placed { entry: Entry, offset: number, length: number }

/**
 * A segment is a file of entries, one a line, named after the time of its first one so that no name comes twice.
 * Beside it lie files of marks, one line for each entry that is done. Only the sink writes and removes segments;
 * `tripline quarantine retry` has a file of marks of its own, for it may run at the same time and as another user.
 */
export async function listSegments (folder: Folder): Promise<{ name: string, size: number }[]> {
  const files = await folder.files()
  return files.flatMap(({ name, size }) => {
    const segment = /^([0-9a-z]{9})\.ndjson$/.exec(name)?.[1]
    return segment === undefined ? [] : [{ name: segment, size }]
  })
}

/** The segments of which nothing but marks is left. */
export async function listOrphans (folder: Folder): Promise<string[]> {
  const names = new Set((await folder.files()).map(({ name }) => name))
  return [...names].flatMap((name) => {
    const segment = /^([0-9a-z]{9})\.(?:done|retried)\.ndjson$/.exec(name)?.[1]
    return segment === undefined || names.has(entriesFile(segment)) ? [] : [segment]
  })
}

/** The name of a segment that begins now, behind the last one whatever the clock says. */
export function nameSegment (time: number, last = ''): string {
  return Math.max(time, last === '' ? 0 : parseInt(last, 36) + 1).toString(36).padStart(9, '0')
}

/** The segment of an entry. */
export function segmentOf (id: string): string {
  return id.split('-', 1)[0] as string
}

export function entriesFile (segment: string): string {
  return `${segment}.ndjson`
}

/** The entries of a segment, done or not. A line that was cut off is none. */
export async function readSegment (folder: Folder, segment: string): Promise<Placed[]> {
  const placed: Placed[] = []
  for (const { line, offset } of linesOf(await folder.read(entriesFile(segment)))) {
    const entry = readEntry(line)
    if (entry !== undefined && segmentOf(entry.id) === segment) placed.push({ entry, offset, length: line.length })
  }
  return placed
}

/** The ids of the entries of a segment that are done. */
export async function readMarks (folder: Folder, segment: string): Promise<Set<string>> {
  const marks = new Set<string>()
  for (const by of markers) {
    for (const { line } of linesOf(await folder.read(marksFile(segment, by)))) {
      const id = /^\{"done":"([0-9a-z]+-[0-9]+)"/.exec(line.toString())?.[1]
      if (id !== undefined) marks.add(id)
    }
  }
  return marks
}

/** Marks these entries of one segment as done; resolves when that is safe. */
export async function writeMarks (folder: Folder, segment: string, { ids, time, by = 'done' }: { ids: readonly string[], time: number, by?: Marker }): Promise<void> {
  const lines = ids.map((id) => `${JSON.stringify({ done: id, time: new Date(time).toISOString() })}\n`)
  await folder.append(marksFile(segment, by), Buffer.from(lines.join('')))
}

export async function removeSegment (folder: Folder, segment: string): Promise<void> {
  await folder.remove(entriesFile(segment))
  for (const by of markers) await folder.remove(marksFile(segment, by))
}

/** All entries that are not done, oldest first. Holds one segment at a time. */
export async function * readWaiting (folder: Folder): AsyncGenerator<Entry> {
  for (const { name } of await listSegments(folder)) {
    const marks = await readMarks(folder, name)
    for (const { entry } of await readSegment(folder, name)) if (!marks.has(entry.id)) yield entry
  }
}

/** Who says that an entry is done: the sink, or the command. */
type Marker = 'done' | 'retried'

const markers: readonly Marker[] = ['done', 'retried']

function marksFile (segment: string, by: Marker): string {
  return `${segment}.${by}.ndjson`
}

/** Whole lines alone: what has no line feed yet may be being written. */
function * linesOf (bytes: Buffer): Generator<{ line: Buffer, offset: number }> {
  let offset = 0
  for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, offset)) {
    yield { line: bytes.subarray(offset, end), offset }
    offset = end + 1
  }
}

const lineFeed = 10
