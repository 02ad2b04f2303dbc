import { readFileSync } from 'node:fs'
import t from 'tap'
import { splitCommandLine } from '../../src/core/enrich/command-line.js'
import { readNslookup } from '../../src/core/enrich/nslookup.js'

interface ProcessStart {
  '@timestamp': string
  host: { id: string }
  process: { entity_id: string, name: string, args: string[], args_count: number, command_line: string }
  winlog: { record_id: string }
}

const text = readFileSync('examples/nslookup-batch.json', 'utf8')
const events: ProcessStart[] = JSON.parse(text)
const typed = events.filter(({ process }) => process.name === 'nslookup.exe' && readNslookup(process.args).type !== undefined)

t.test('the batch holds 15 typed nslookup starts of one host within 9 minutes, and look-alikes', async (t) => {
  const times = typed.map((event) => Date.parse(event['@timestamp']))

  t.equal(typed.length, 15)
  t.equal(events.length, 19)
  t.equal(new Set(events.map(({ host }) => host.id)).size, 1)
  t.ok(Math.max(...times) - Math.min(...times) <= 9 * 60_000)
})

t.test('every name asked for is another one', async (t) => {
  t.equal(new Set(typed.map(({ process }) => readNslookup(process.args).name)).size, 15)
})

t.test('every event has an identity of its own and a time, in order', async (t) => {
  const times = events.map((event) => event['@timestamp'])

  t.equal(new Set(events.map(({ process }) => process.entity_id)).size, events.length)
  t.equal(new Set(events.map(({ winlog }) => winlog.record_id)).size, events.length)
  t.same(times, [...times].sort())
})

t.test('the arguments are those of the command lines', async (t) => {
  for (const { process } of events) {
    t.same(process.args, splitCommandLine(process.command_line))
    t.equal(process.args_count, process.args.length)
  }
})

t.test('the NDJSON form holds the same events', async (t) => {
  const lines = readFileSync('examples/nslookup-batch.ndjson', 'utf8').trimEnd().split('\n')

  t.same(lines.map((line) => JSON.parse(line)), events)
})
