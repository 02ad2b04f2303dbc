#!/usr/bin/env node
/**
 * npm run bench:state -- [--hosts 1000000] [--flood 1000000] [--groups N] [--seeds 3] [--within SECONDS]
 *
 * What the engine's memory costs, and whether a flood of invented hosts blinds it: see the two tables that it prints. Each
 * figure is made by a process of its own.
 *
 * `--flood` hosts of one hit each, then half as many of two hits each, come at full speed around one slow attacker of 18
 * hits in 9 minutes; `--groups` is the table's size, a hundredth of the flood unless it is told.
 * `--flood 10000000` is the whole test, which takes an hour. With `--within` no more hosts come once so much time is over.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createDetector, loadRules } from '../../dist/index.js'

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '1000000' },
    flood: { type: 'string', default: '1000000' },
    groups: { type: 'string' },
    seeds: { type: 'string', default: '3' },
    within: { type: 'string', default: 'Infinity' },
    // What a child is to do; it answers with a line of JSON.
    part: { type: 'string' },
    seed: { type: 'string', default: '1' }
  }
})
const hosts = Number(values.hosts)
const flood = Number(values.flood)
const groups = Number(values.groups ?? Math.ceil(flood / 100))
const within = Number(values.within) * 1000
const noon = Date.UTC(2026, 2, 2, 12)
const minute = 60_000

if (values.part === undefined) main()
else console.log(JSON.stringify(values.part === 'memory' ? await measureMemory() : runFlood(Number(values.seed))))

function main () {
  const memory = run('memory')
  table('state: memory, evidence included', {
    'bytes of a record': memory.record,
    hosts: memory.hosts,
    'heap bytes per host': memory.heap,
    'resident bytes per host': memory.resident,
    'before V8 gave free pages back': memory.atOnce,
    'µs per event, JSON.parse not counted': memory.time
  })
  const floods = Array.from({ length: Number(values.seeds) }, (_, i) => run('flood', i + 1))
  table(`flood: ${flood} hosts of one hit, ${flood / 2} of two, one attacker, max_groups ${groups}`, {
    'attacker\'s alerts, by seed': floods.map(({ alerts }) => alerts).join(' '),
    'counted by the alert, of 18': floods.map(({ counted }) => counted).join(' '),
    'heap MB after a quarter': floods.map(({ quarter }) => quarter).join(' '),
    'heap MB at the end': floods.map(({ end }) => end).join(' '),
    'resident MB, most': floods.map(({ most }) => most).join(' '),
    'µs per event': floods.map(({ time }) => time).join(' ')
  })
  process.exitCode = floods.every(({ alerts }) => alerts === 1) ? 0 : 1
}

function run (part, seed = 1) {
  const args = ['--expose-gc', '--max-old-space-size=8192', fileURLToPath(import.meta.url), '--part', part, '--seed', String(seed), '--hosts', String(hosts), '--flood', String(flood), '--groups', String(groups), '--within', values.within]
  const { stdout, status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e8 })
  if (status !== 0) throw new Error(`${part} ended with ${status}: ${stderr}`)
  return JSON.parse(stdout)
}

function table (title, rows) {
  console.log(`\n${title}`)
  for (const [name, value] of Object.entries(rows)) console.log(`  ${name.padEnd(40)} ${typeof value === 'number' ? value.toLocaleString('en') : value}`)
}

async function measureMemory () {
  const detector = createDetector(loadRules(['builtin']), { maxGroups: hosts }, { tracksChanges: false })
  const bytes = JSON.stringify(recordOf(0, noon)).length
  // So that what the code itself needs is not taken for the groups'.
  const warm = createDetector(loadRules(['builtin']), { maxGroups: 10 }, { tracksChanges: false })
  for (let i = 0; i < 20_000; i++) warm.push(JSON.parse(JSON.stringify(recordOf(i, noon))), noon)
  const before = await settled()
  let spent = 0n
  const until = performance.now() + within
  for (let from = 0; from < hosts && performance.now() < until; from += 1000) {
    const records = Array.from({ length: Math.min(1000, hosts - from) }, (_, i) => JSON.parse(JSON.stringify(recordOf(from + i, noon + from / 10))))
    const begin = process.hrtime.bigint()
    for (const record of records) detector.push(record, noon + from / 10)
    spent += process.hrtime.bigint() - begin
  }
  const atOnce = used()
  const after = await settled()
  const tracked = Object.values(detector.stats())[0].groups
  return {
    record: bytes,
    hosts: tracked,
    heap: Math.round((after.heap - before.heap) / tracked),
    resident: Math.round((after.resident - before.resident) / tracked),
    atOnce: Math.round((atOnce.resident - before.resident) / tracked),
    time: Number(spent / BigInt(tracked)) / 1000
  }
}

function runFlood (seed) {
  const next = random(seed)
  const detector = createDetector(loadRules(['builtin']), { maxGroups: groups }, { tracksChanges: false })
  const rules = detector.rules
  const total = flood + 2 * Math.floor(flood / 2)
  const steps = new Set(Array.from({ length: 18 }, (_, i) => Math.floor((i + next()) * total / 18)))
  const opened = []
  let heap = 0
  let most = 0
  let host = 0
  const begin = process.hrtime.bigint()
  for (let i = 0; i < total; i++) {
    const now = noon + Math.floor(i / total * 9 * minute)
    if (steps.has(i)) opened.push(...detector.push(floodRecord('attacker', 'attacker', i, now), now, rules))
    // Of the hosts of two hits each comes twice in a row, or again when a few others have come.
    if (i < flood) host = Math.floor(next() * 2 ** 48)
    else if (i % 2 === 0) host = Math.floor(next() * 2 ** 48)
    opened.push(...detector.push(floodRecord(`h${host.toString(36)}`, `flood${host}`, i, now), now, rules))
    if (i % 10_000 === 0) {
      most = Math.max(most, process.memoryUsage.rss())
      detector.sweep(now)
    }
    if (i === Math.floor(total / 4)) heap = used().heap
  }
  const spent = process.hrtime.bigint() - begin
  const closed = detector.advance(noon + 60 * minute).filter(({ event, host }) => event.action === 'close' && host?.id === 'attacker')
  return {
    alerts: opened.filter(({ event, host }) => event.action === 'open' && host?.id === 'attacker').length,
    counted: closed.map((record) => record['kibana.alert.threshold_result'].count).join('+'),
    quarter: Math.round(heap / 1e6),
    end: Math.round(used().heap / 1e6),
    most: Math.round(most / 1e6),
    time: Number(spent / BigInt(total)) / 1000
  }
}

/** What V8 does not use any more it gives back bit by bit, some of it only while nothing else is done. */
async function settled () {
  for (let i = 0; i < 5; i++) {
    globalThis.gc()
    await new Promise((resolve) => { setTimeout(resolve, 300) })
  }
  return used()
}

function used () {
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed + external, resident: rss }
}

/** Mulberry32: the same numbers for the same seed. */
function random (seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** What the flood costs is the engine's, so its records are small. */
function floodRecord (id, name, number, time) {
  return {
    '@timestamp': new Date(time).toISOString(),
    event: { category: ['process'], type: ['start'], provider: 'Microsoft-Windows-Sysmon', id: `e${number}` },
    host: { id, name },
    process: { name: 'nslookup.exe', pid: 1000 + number % 60_000, command_line: `nslookup -q=TXT x${number}.t.example.net 192.0.2.9` }
  }
}

/** A process start as Winlogbeat 8 with its Sysmon module ships it, of one host in a large fleet. */
function recordOf (host, time) {
  const name = `WS-${String(host).padStart(7, '0')}`
  const id = uuid(host)
  const user = `user${host % 5000}`
  const at = new Date(time).toISOString()
  const pid = 4000 + host % 60_000
  const line = `nslookup  -q=TXT ${(host * 2654435761 % 2 ** 40).toString(36)}.t.example.net 192.0.2.9`
  return {
    '@timestamp': at,
    '@metadata': { beat: 'winlogbeat', type: '_doc', version: '8.13.4', pipeline: 'winlogbeat-8.13.4-routing' },
    agent: { ephemeral_id: uuid(host + 5e8), id: uuid(host + 1e9), name, type: 'winlogbeat', version: '8.13.4' },
    ecs: { version: '8.0.0' },
    event: { action: 'Process Create (rule: ProcessCreate)', category: ['process'], code: '1', created: at, dataset: 'sysmon', kind: 'event', module: 'sysmon', provider: 'Microsoft-Windows-Sysmon', type: ['start'] },
    host: {
      architecture: 'x86_64',
      hostname: name,
      id,
      ip: ['fe80::9d2f:6c1b:33a1:7e0c', `10.${host >> 16 & 255}.${host >> 8 & 255}.${host & 255}`],
      mac: ['00-50-56-8A-1F-07'],
      name,
      os: { build: '19045.4291', family: 'windows', kernel: '10.0.19041.4291 (WinBuild.160101.0800)', name: 'Windows 10 Enterprise', platform: 'windows', type: 'windows', version: '10.0' }
    },
    log: { level: 'information' },
    process: {
      args: ['nslookup', '-q=TXT', line.split(' ')[3], '192.0.2.9'],
      command_line: line,
      entity_id: `{${uuid(host + 2e9)}}`,
      executable: 'C:\\Windows\\System32\\nslookup.exe',
      hash: { sha256: '0aa5ea1b2d6a1b8d3a6f6d1bd3a1a3a4f1c6b33f6fbbbd3d22d8a4c7c6a0a7f1' },
      name: 'nslookup.exe',
      parent: { args: ['C:\\Windows\\system32\\cmd.exe'], command_line: '"C:\\Windows\\system32\\cmd.exe" ', entity_id: `{${uuid(host + 3e9)}}`, executable: 'C:\\Windows\\System32\\cmd.exe', name: 'cmd.exe', pid: pid - 1 },
      pe: { original_file_name: 'nslookup.exe' },
      pid,
      working_directory: `C:\\Users\\${user}\\`
    },
    user: { domain: 'CORP', id: `S-1-5-21-1004336348-1177238915-682003330-${1000 + host % 5000}`, name: user },
    winlog: { channel: 'Microsoft-Windows-Sysmon/Operational', computer_name: `${name}.corp.example`, record_id: 100_000 + host % 900_000, opcode: 'Info' }
  }
}

function uuid (number) {
  const hex = (number * 2654435761 % 2 ** 48).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(2, 5)}-a${hex.slice(5, 8)}-${hex}`
}
