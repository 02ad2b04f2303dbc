#!/usr/bin/env node
/**
 * npm run bench:durable -- [--rounds 5] [--seconds 6]
 *
 * What durability costs: the same load on `state: { dir }` and on `state: memory`, by turns, each round a process of its
 * own; and on `state: { dir }` with a second output that is dead, which must cost the first nothing. 1,000 events a batch
 * of about 1.7 KB each, 1 % of which match, ids and times running on, 8 connections. The sink and the loader are separate
 * processes; where `taskset` is, each has a core of its own.
 */
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { canPin, cpuOf, start, told } from './children.js'
import { spread } from './figures.js'

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '6' },
    load: { type: 'string' },
    profile: { type: 'boolean', default: false }
  }
})
const seconds = Number(options.seconds)
const connections = 8
const perBatch = 1000
// What runs on has the same length in every batch, so that a batch costs its loader a few thousand small writes, not 1.7 MB of JSON.
const idLength = 12
const timeLength = 24

if (options.load !== undefined) await load(options.load)
else await compare()

async function compare () {
  const pinned = canPin()
  const rounds = Number(options.rounds)
  console.log(`${rounds} rounds of ${seconds} s each, by turns; ${perBatch} events a batch, 1 % match, ${connections} connections; ${pinned ? 'sink on core 0, loader on core 1' : 'not pinned'}`)
  const results = { durable: [], memory: [], 'one output dead': [] }
  const names = Object.keys(results)
  for (let i = 0; i < rounds; i++) {
    for (const name of i % 2 === 0 ? names : names.toReversed()) results[name].push(await measure(name, pinned))
  }
  const rows = []
  const ratio = (one, other, what) => [`${one} / ${other}`, what, ...cells(results[one].map((measured, i) => measured[what] / results[other][i][what]), 2)]
  const ratios = [ratio('durable', 'memory', 'batches/s'), ratio('durable', 'memory', 'p99 ms'), ratio('one output dead', 'durable', 'batches/s'), ratio('one output dead', 'durable', 'p99 ms')]
  for (const [name, measured] of Object.entries(results)) {
    for (const what of ['batches/s', 'p50 ms', 'p99 ms', 'cpu ms/batch'].filter((what) => what in measured[0])) rows.push([name, what, ...cells(measured.map((one) => one[what]))])
  }
  rows.push(...ratios)
  console.table(rows.map(([state, what, min, median, max]) => ({ state, what, min, median, max })))
}

async function measure (name, pinned) {
  const dir = mkdtempSync(join(tmpdir(), 'tripline-bench-'))
  const config = join(dir, 'tripline.yaml')
  writeFileSync(config, JSON.stringify({ state: name === 'memory' ? 'memory' : { dir: 'state' }, listen: '127.0.0.1:0', outputs: { disk: { type: 'file', path: 'alerts.ndjson' }, ...name === 'one output dead' && { dead: { type: 'http', uri: 'http://127.0.0.1:9/' } } } }))
  const bin = fileURLToPath(new URL('../../dist/cli/tripline.js', import.meta.url))
  const profile = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${dir}`] : []
  const sink = start(pinned ? 0 : undefined, [...profile, bin, '--config', config])
  const url = await told(sink.stderr, /"address":"([^"]+)"/)
  const loader = start(pinned ? 1 : undefined, [fileURLToPath(import.meta.url), '--load', url, '--seconds', String(seconds)])
  loader.stderr.pipe(process.stderr)
  const result = JSON.parse(await told(loader.stdout, /^(\{.*\})$/m))
  const cpu = cpuOf(sink.pid)
  if (cpu !== undefined) result['cpu ms/batch'] = cpu / result.all
  sink.kill('SIGTERM')
  await once(sink, 'exit')
  if (options.profile) console.log(`${name}: profile in ${dir}`)
  else rmSync(dir, { recursive: true })
  return result
}

/** Posts batches that never repeat over 8 connections for so many seconds, after a second to warm up. */
async function load (url) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const times = []
  const base = Date.now() - 1000
  let [made, failed] = [0, 0]
  const template = makeTemplate()
  const began = performance.now() + 1000
  const end = began + seconds * 1000
  await Promise.all(Array.from({ length: connections }, async () => {
    while (performance.now() < end) {
      const body = fill(template, made++, base)
      const sent = performance.now()
      const status = await post(url, agent, body)
      const now = performance.now()
      if (status !== 200) failed++
      else if (sent >= began && now <= end) times.push(now - sent)
    }
  }))
  agent.destroy()
  if (failed > 0) throw new Error(`${failed} batches were not taken`)
  times.sort((one, other) => one - other)
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))]
  console.log(JSON.stringify({ all: made, 'batches/s': times.length / seconds, 'p50 ms': at(0.5), 'p99 ms': at(0.99) }))
}

function post (url, agent, body) {
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', agent, headers: { 'content-length': body.length, 'content-type': 'application/json' } }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
    }).on('error', reject).end(body)
  })
}

function makeTemplate () {
  const places = []
  const parts = []
  let length = 0
  const add = (text) => {
    parts.push(text)
    length += Buffer.byteLength(text)
  }
  const place = (kind, i) => {
    places.push({ kind, i, at: length })
    add(' '.repeat(kind === 'id' ? idLength : timeLength))
  }
  add('[')
  for (let i = 0; i < perBatch; i++) {
    const matches = i % 100 === 50
    const name = matches ? 'nslookup.exe' : 'svchost.exe'
    add(`${i === 0 ? '' : ','}{"@timestamp":"`)
    place('time', i)
    add('","event":{"kind":"event","category":["process"],"type":["start"],"provider":"Microsoft-Windows-Sysmon","code":"1","id":"')
    place('id', i)
    add(`"},"host":{"id":"h${i % 50}","name":"PC-${i % 50}"},"user":{"name":"user${i % 7}","domain":"CORP"},"process":{"name":"${name}","executable":"C:\\\\Windows\\\\System32\\\\${name}","pid":${4000 + i},"command_line":"${matches ? 'nslookup -querytype=TXT x' : 'svchost.exe -k netsvcs -p -s '}`)
    place('id', i)
    add(`${matches ? '.t.example.net' : ''}","parent":{"name":"cmd.exe","pid":4}},"message":"${'Process Create: RuleName - UtcTime 2026 ProcessGuid Image '.repeat(18)}"}`)
  }
  add(']')
  return { bytes: Buffer.from(parts.join('')), places }
}

function fill ({ bytes, places }, number, base) {
  const body = Buffer.from(bytes)
  for (const { kind, i, at } of places) {
    const count = number * perBatch + i
    body.latin1Write(kind === 'id' ? String(count).padStart(idLength, '0') : new Date(base + number * 20).toISOString(), at)
  }
  return body
}

function cells (values, digits = 1) {
  const { min, median, max } = spread(values)
  return [min, median, max].map((value) => value.toFixed(digits))
}
