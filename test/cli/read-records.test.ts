import { Readable } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import { readRecords } from '../../src/cli/read-records.js'
import type { Piece } from '../../src/cli/read-records.js'

const limits = { maxRecord: 100, maxWhole: 1000 }

async function read (parts: (string | Buffer)[], more = {}): Promise<Piece> {
  const all: Piece = { records: [], faults: [] }
  const chunks = Readable.from(parts.map((part) => Buffer.from(part as string)))
  for await (const { records, faults } of readRecords(chunks, { ...limits, ...more })) {
    all.records.push(...records)
    all.faults.push(...faults)
  }
  return all
}

const numbers = ({ records }: Piece) => records.map(({ fields }) => fields.n)

const bodies: [string, string[], unknown[]][] = [
  ['nothing', [], []],
  ['blanks', ['\n \n'], []],
  ['lines', ['{"n":1}\n{"n":2}\n'], [1, 2]],
  ['lines without a last LF', ['{"n":1}\n{"n":2}'], [1, 2]],
  ['lines with CR and empty ones', ['\r\n{"n":1}\r\n\r\n{"n":2}\r\n'], [1, 2]],
  ['lines after a byte order mark', ['\ufeff{"n":1}\n{"n":2}\n'], [1, 2]],
  ['lines in several chunks', ['{"n"', ':1}\n{"n":', '2}\n', '{"n":3}'], [1, 2, 3]],
  ['more lines than are looked at', ['{"n":1}\n'.repeat(50)], Array(50).fill(1)],
  ['an array', ['[{"n":1},{"n":2}]'], [1, 2]],
  ['an array of lines', ['[{"n":1},\n{"n":2}\n', ']\n'], [1, 2]],
  ['objects over several lines', ['{\n"n":1\n}\n{\n"n":2\n}\n'], [1, 2]],
  ['one object', ['{"n":1}'], [1]]
]
for (const [name, parts, expected] of bodies) {
  t.test(`${name} can be read`, async (t) => {
    const piece = await read(parts)

    t.same(numbers(piece), expected)
    t.same(piece.faults, [])
  })
}

t.test('what cannot be read is told by its line, and its neighbours are read', async (t) => {
  const piece = await read(['{"n":1}\nnot json\n\n7\n{"n":2', '}\n{"n":', '3'])

  t.same(numbers(piece), [1, 2])
  t.match(piece.faults, [{ number: 2, unit: 'line', reason: /no valid JSON/ }, { number: 4, unit: 'line' }, { number: 6, unit: 'line' }])
})

t.test('a first line that is broken does not hide that there are lines', async (t) => {
  const piece = await read(['{"n":\n{"n":2}\n'])

  t.same(numbers(piece), [2])
  t.match(piece.faults, [{ number: 1, unit: 'line' }])
})

t.test('in an array it is told by its number', async (t) => {
  const piece = await read(['[{"n":1},7,{"n":3}]'])

  t.same(numbers(piece), [1, 3])
  t.match(piece.faults, [{ number: 2, unit: 'record' }])
})

t.test('a line that is too long is skipped, however long, and told once', async (t) => {
  const long = `{"n":"${'x'.repeat(95)}`
  const piece = await read(['{"n":1}\n', long, long, long, '"}\n{"n":2}\n', `${long}"}\n{"n":3}\n`])

  t.same(numbers(piece), [1, 2, 3])
  t.match(piece.faults, [
    { number: 2, unit: 'line', reason: 'the record is larger than limits.max_record (100 bytes)' },
    { number: 4, unit: 'line', reason: /larger than/ }
  ])
})

t.test('a file that is not NDJSON is read up to a limit', async (t) => {
  await t.rejects(read(['[', '{"n":1},'.repeat(200)]), { message: /^is not NDJSON, and larger than limits.max_body \(1000 bytes\): raise that, or write one record a line/ })
  await t.rejects(read(['a text\n'.repeat(30), 'more\n'.repeat(300)]), { message: /is not NDJSON/ })
})

t.test('a body that the sink would refuse is an error', async (t) => {
  await t.rejects(read(['[1,2]']), { message: /records can be read/ })
  await t.rejects(read([Buffer.from('\ufeff{}', 'utf16le')]), { message: /UTF-16/ })
})

t.test('however lines are cut into chunks, the same records come out', async (t) => {
  const text = Buffer.from('{"n":1}\n\n{"n":"ü"}\r\nbroken\n{"n":3}')
  const whole = await read([text])

  await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 8, max: text.length }), { maxLength: 6 }), async (cuts) => {
    const ends = [...cuts.sort((one, other) => one - other), text.length]
    t.same(await read(ends.map((end, i) => text.subarray(ends[i - 1] ?? 0, end))), whole)
  }), { numRuns: 50 })
})
