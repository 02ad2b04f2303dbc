import { toEcs } from '../../src/core/ecs/to-ecs.js'
import { Event } from '../../src/core/event.js'
import type { FieldMap } from '../../src/core/fields.js'
import { dresses, type RealStart } from '../fixtures/dress.js'
import { fullStream, processCreation, readEvents } from '../fixtures/read-events.js'

/**
 * How much the mapping of each shape costs, as a ratio to `JSON.parse` of the same records (1 = as much again): of all
 * fields, and of those that the built-in rule asks for before it lets a record go. Process starts of the two logs in
 * equal parts; `full stream` is a capture of every kind of event. A row tells the median of seven rounds.
 */
const starts = Array.from({ length: 500 }, (_, i): RealStart => ({
  time: Date.UTC(2026, 2, 2, 12) + i * 1000, host: 'WS-0417.corp.example', pid: 7000 + i, image: 'C:\\Windows\\System32\\nslookup.exe', line: `nslookup -q=TXT x${i}.t.example.net 192.0.2.9`, recordId: i
}))
const recorded = readEvents(processCreation)
const sets: [name: string, records: FieldMap[]][] = [
  ...Object.entries(dresses).map(([name, make]): [string, FieldMap[]] => [name, starts.map((start, i) => make(start, i % 2 === 0 ? 'sysmon' : 'security'))]),
  ['recorded winlogbeat6', recorded.slice(0, 64)],
  ['recorded nxlog', recorded.slice(64, 730)],
  ['recorded flat', recorded.slice(730)],
  ['recorded full stream', readEvents(fullStream)]
]
const predicateFields = ['event.category', 'event.type', 'process.name']
const rounds = 7
// What is not kept might not be made.
let seen: unknown
const roundTime = 120

console.log('shape'.padEnd(24), 'bytes'.padStart(7), 'parse µs'.padStart(9), 'all µs'.padStart(9), 'ratio'.padStart(7), 'rule µs'.padStart(9), 'ratio'.padStart(7))
for (const [name, list] of sets) {
  const texts = list.map((record) => JSON.stringify(record))
  // As they come out of a parser: objects that were put together otherwise are slower to read.
  const records = texts.map((text) => JSON.parse(text) as FieldMap)
  const parse = perRecord(texts, (text) => { JSON.parse(text) })
  const map = perRecord(records, (record) => { seen = toEcs(record).mapped?.fields })
  const look = perRecord(records, (record) => {
    const event = new Event(record, { arrival: 0 })
    for (const field of predicateFields) event.values(field)
  })
  const bytes = texts.reduce((sum, text) => sum + text.length, 0) / texts.length
  console.log(name.padEnd(24), bytes.toFixed(0).padStart(7), parse.toFixed(2).padStart(9), map.toFixed(2).padStart(9), (map / parse).toFixed(2).padStart(7), look.toFixed(2).padStart(9), (look / parse).toFixed(2).padStart(7))
}

if (seen === null) console.log(seen)

/** Median µs. */
function perRecord<T> (items: readonly T[], work: (item: T) => void): number {
  const times = Array.from({ length: rounds }, () => {
    let done = 0
    const begin = process.hrtime.bigint()
    const end = begin + BigInt(roundTime * 1e6)
    let now = begin
    while (now < end) {
      for (const item of items) work(item)
      done += items.length
      now = process.hrtime.bigint()
    }
    return Number(now - begin) / 1000 / done
  })
  return times.sort((one, other) => one - other)[rounds >> 1] as number
}
