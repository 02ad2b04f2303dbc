#!/usr/bin/env node
/**
 * npm run bench -- [--only PATTERN] [--profile ROW] [--rounds 5] [--slice 500]
 *
 * What Tripline does in a second, each figure beside its baseline in the same run: two servers on one core, a load
 * generator on another, slices by turns. Takes less than three minutes, prints a table, writes `bench.json`. Exits with 1
 * when a server's answers or alerts were not exactly what was sent; a ratio below its aim is only said.
 *
 * `--profile ROW` runs one row for longer, with V8's profiler on its first server, and shows where the time went.
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
import { startLoader } from './servers.js'
import { measureState } from './state-rows.js'
import { measureThroughput } from './throughput.js'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    profile: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    slice: { type: 'string', default: '500' },
    out: { type: 'string', default: 'bench.json' }
  }
})
const settings = { connections: 4, warmUp: 700, slice: Number(values.slice), rounds: Number(values.rounds), hosts: 1_000_000, flood: 100_000, within: 25 }
const measure = { throughput: measureThroughput, latency: measureLatency, state: measureState }

const folder = mkdtempSync(join(tmpdir(), 'tripline-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
await main()

async function main () {
  const began = Date.now()
  const machine = { node: process.version, cpu: cpus()[0].model, cores: availableParallelism(), pinned: canPin(), loadAverage: loadavg()[0] }
  console.log(`Node ${machine.node}, ${machine.cores} x ${machine.cpu}, load ${machine.loadAverage.toFixed(2)}; ${machine.pinned ? 'servers on core 0, load generator on core 1' : 'not pinned: no taskset, or one core only, so the ratios are of processes that disturb each other'}`)
  const chosen = rowsIn(folder).filter(({ name }) => values.profile === undefined ? new RegExp(values.only).test(name) : name === values.profile)
  if (chosen.length === 0) throw new Error(`no such row; there are ${rowsIn(folder).map(({ name }) => name).join(' ')}`)
  const loader = startLoader()
  const results = {}
  for (const row of chosen) {
    process.stderr.write(`${row.name} `)
    results[row.name] = { measure: row.measure, ...await measure[row.measure](row, { ...settings, loader, ...values.profile !== undefined && { profile: folder, slice: 2000 } }) }
  }
  process.stderr.write('\n')
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

function showProfile () {
  for (const file of readdirSync(folder).filter((file) => file.endsWith('.cpuprofile'))) {
    const kept = join(tmpdir(), file)
    const text = readFileSync(join(folder, file), 'utf8')
    writeFileSync(kept, text)
    console.log(`\n${table(['where the first server was', 'share'], hottest(JSON.parse(text)).map(({ name, share }) => [name, `${(share * 100).toFixed(1)} %`]))}\n${kept}`)
  }
}
