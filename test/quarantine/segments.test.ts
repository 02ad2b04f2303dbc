import t from 'tap'
import { writeEntry, type Entry } from '../../src/quarantine/entry.js'
import { createMemoryFolder } from '../../src/quarantine/memory-folder.js'
import { entriesFile, listOrphans, listSegments, nameSegment, readMarks, readSegment, readWaiting, removeSegment, segmentOf, writeMarks } from '../../src/quarantine/segments.js'

const [one, two] = ['000000001', '000000002']

t.test('segments are told from what else lies in the folder', async (t) => {
  const folder = await given({ [entriesFile(two)]: '12', [entriesFile(one)]: '1', 'notes.ndjson': '', '000000003.retried.ndjson': '', '000000001.done.ndjson': '' })

  t.same(await listSegments(folder), [{ name: one, size: 1 }, { name: two, size: 2 }])
  t.same(await listOrphans(folder), ['000000003'])
})

t.test('a segment is named after its time, and behind the last one even if the clock goes back', async (t) => {
  const name = nameSegment(Date.UTC(2026, 2, 2))

  t.match(name, /^0[0-9a-z]{8}$/)
  t.ok(nameSegment(0, name) > name)
  t.ok(nameSegment(Date.UTC(2026, 2, 3), name) > nameSegment(0, name))
  t.equal(segmentOf(`${name}-17`), name)
})

t.test('entries are read with their place; what is none is passed over', async (t) => {
  const folder = await given({ [entriesFile(one)]: [line(`${one}-1`), 'garbage\n', line(`${two}-1`), line(`${one}-2`), line(`${one}-3`).subarray(0, -1)] })

  const placed = await readSegment(folder, one)

  t.same(placed.map(({ entry }) => entry.id), [`${one}-1`, `${one}-2`])
  t.same(String((await folder.slices(entriesFile(one), placed))[1]), String(line(`${one}-2`)).trim())
})

t.test('marks are read back; a line that is none is passed over', async (t) => {
  const folder = createMemoryFolder()
  t.equal((await readMarks(folder, one)).size, 0)

  await writeMarks(folder, one, { ids: [`${one}-1`, `${one}-3`], time: 0 })
  await folder.append(`${one}.done.ndjson`, Buffer.from('garbage\n'))
  await writeMarks(folder, one, { ids: [`${one}-4`], time: 0, by: 'retried' })

  t.same([...await readMarks(folder, one)], [`${one}-1`, `${one}-3`, `${one}-4`])
})

t.test('what is not done is read over all segments, oldest first', async (t) => {
  const folder = await given({ [entriesFile(two)]: line(`${two}-1`), [entriesFile(one)]: [line(`${one}-1`), line(`${one}-2`)] })
  await writeMarks(folder, one, { ids: [`${one}-1`], time: 0 })

  const ids: string[] = []
  for await (const { id } of readWaiting(folder)) ids.push(id)

  t.same(ids, [`${one}-2`, `${two}-1`])
})

t.test('a segment goes with its marks', async (t) => {
  const folder = await given({ [entriesFile(one)]: '1' })
  await writeMarks(folder, one, { ids: [`${one}-1`], time: 0 })
  await writeMarks(folder, one, { ids: [`${one}-1`], time: 0, by: 'retried' })

  await removeSegment(folder, one)

  t.same(await folder.files(), [])
})

async function given (files: Record<string, string | Buffer | (string | Buffer)[]>) {
  const folder = createMemoryFolder()
  for (const [name, content] of Object.entries(files)) await folder.append(name, Buffer.concat([content].flat().map((part) => Buffer.from(part as string))))
  return folder
}

function line (id: string): Buffer {
  const entry: Entry = { id, time: '2026-03-02T09:00:00.000Z', kind: 'record', reason: 'not JSON', text: 'x' }
  return writeEntry(entry)
}
