#!/usr/bin/env node
/**
 * npm run bench -- [--only PATTERN] [--profile ROW [--server NAME]] [--rounds 5] [--slice 400]
 *
 * What Tripline does in a second, each figure beside its baseline in the same run: two servers on one core, a load
 * generator on another, slices by turns. Takes less than three minutes, prints a table, writes `bench.json`. Exits with 1
 * when a server's answers or alerts were not exactly what was sent; a ratio below its aim is only said.
 *
 * `--profile ROW` runs one server of a row alone, by default the first, with V8's profiler, and shows where the time went.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { canPin } from './children.js'
import { hottest, table } from './figures.js'
import { measureLatency } from './latency.js'
import { report } from './report.js'
import { rowsIn } from './rows.js'
import { createPool, startLoader } from './servers.js'
import { measureState } from './state-rows.js'
import { measureThroughput } from './throughput.js'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    profile: { type: 'string' },
    server: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    slice: { type: 'string', default: '400' },
    out: { type: 'string', default: 'bench.json' }
  }
})
const folder = mkdtempSync(join(tmpdir(), 'tripline-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const settings = { connections: 4, warmUp: { dense: 1500, plain: 4500, short: 1500, row: 400 }, slice: Number(values.slice), rounds: Number(values.rounds), hosts: 1_000_000, flood: 100_000, within: 14, ...values.profile !== undefined && { profile: folder, rounds: 2, slice: 3000 } }
const budget = 140_000
const measure = { throughput: measureThroughput, latency: measureLatency, state: measureState }
await main()

async function main () {
  const began = Date.now()
  const machine = { node: process.version, cpu: cpus()[0].model, cores: availableParallelism(), pinned: canPin(), loadAverage: loadavg()[0] }
  console.log(`Node ${machine.node}, ${machine.cores} x ${machine.cpu}, load ${machine.loadAverage.toFixed(2)}; ${machine.pinned ? 'servers on core 0, load generator on core 1' : 'not pinned: no taskset, or one core only, so the ratios are of processes that disturb each other'}`)
  const rows = rowsIn(folder)
  const chosen = values.profile === undefined ? rows.filter(({ name }) => new RegExp(values.only).test(name)) : rows.filter(({ name }) => name === values.profile).map(profiled)
  if (chosen.length === 0) throw new Error(`there is no such row; there are: ${rows.map(({ name }) => name).join(' ')}`)
  const loader = startLoader()
  const alerts = `http://127.0.0.1:${await loader.ask('receiver')}/`
  const pool = createPool({ alerts, profile: settings.profile })
  const results = {}
  for (const [i, row] of chosen.entries()) {
    process.stderr.write(`${row.name} `)
    // On a slow machine fewer rounds, so that all of it is done in time.
    const isLate = chosen.length === rows.length && Date.now() - began > budget * (i + 5) / (rows.length + 5)
    // What is measured alone has the machine for itself.
    if (row.measure !== 'throughput') await pool.close()
    const result = await measure[row.measure](row, { ...settings, loader, pool, alerts, ...isLate && { rounds: Math.min(3, settings.rounds) } })
    results[row.name] = { measure: row.measure, seconds: (Date.now() - began) / 1000, ...result }
  }
  process.stderr.write('\n')
  await pool.close()
  await loader.end()

  const seconds = (Date.now() - began) / 1000
  console.log(`\n${report(results)}`)
  const faults = chosen.flatMap(({ name }) => results[name].faults.map((fault) => `${name}: ${fault}`))
  for (const fault of faults) console.log(`INVALID ${fault}`)
  if (values.profile !== undefined) showProfile()
  console.log(`\n${seconds.toFixed(0)} s; ${values.out} has it all`)
  writeFileSync(values.out, JSON.stringify({ at: new Date(began).toISOString(), seconds, machine, settings, faults, rows: results }, undefined, 2))
  process.exitCode = faults.length === 0 ? 0 : 1
}

function profiled ({ servers, ...row }) {
  if (servers === undefined) return row
  const name = values.server ?? Object.keys(servers)[0]
  return { ...row, servers: { [name]: servers[name] }, figures: [] }
}

function showProfile () {
  for (const file of readdirSync(folder).filter((file) => file.endsWith('.cpuprofile'))) {
    const kept = join(tmpdir(), file)
    const text = readFileSync(join(folder, file), 'utf8')
    writeFileSync(kept, text)
    console.log(`\n${table(['where the first server was', 'share'], hottest(JSON.parse(text)).map(({ name, share }) => [name, `${(share * 100).toFixed(1)} %`]))}\n${kept}`)
  }
}
