#!/usr/bin/env node
/**
 * npm run test:crash -- [--kills 200] [--seed N] [--away] [--inline]
 *
 * Kills a real `tripline` again and again while shippers send and the downstream fails, then sends the same batches to one
 * that nobody disturbs, and compares: no alert may be lost, none may be doubled, no total may differ. Exit code 1 if so.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createDownstream } from './downstream.js'
import { createShipper } from './shipper.js'
import { createSink } from './sink.js'
import { createBatches, lastBatches, random, rules, senders } from './workload.js'

const { values: options } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    away: { type: 'boolean', default: false },
    inline: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false }
  }
})
const kills = Number(options.kills)
const seed = Number(options.seed)
const rng = random(seed)
const dir = mkdtempSync(join(tmpdir(), 'tripline-crash-'))
console.log(`seed ${seed}: ${kills} kills, downstream ${options.away ? 'away for the whole run' : 'failing at random'}${options.inline ? ', inline' : ''}; logs in ${dir}`)

const disturbed = await crashes()
const calm = await undisturbed(disturbed.batches)
const verdict = compare(disturbed, calm)
console.log(JSON.stringify({ seed, ...disturbed.counts, ...verdict.counts }, null, 2))
for (const fault of verdict.faults.slice(0, 20)) console.log(fault)
console.log(verdict.faults.length === 0 ? 'OK: 0 lost, 0 doubled, 0 wrong counts' : `FAILED: ${verdict.faults.length} faults; --seed ${seed} repeats the events and the plan of the kills`)
if (verdict.faults.length === 0 && !options.keep) rmSync(dir, { recursive: true })
process.exitCode = verdict.faults.length === 0 ? 0 : 1

async function crashes () {
  const downstream = createDownstream({ rng: random(seed + 1) })
  await downstream.start()
  const sink = await createSink(place('disturbed', downstream))
  if (options.away) await downstream.stop()
  downstream.calm(false)

  const fleet = Array.from({ length: senders }, (_, i) => ({
    batches: createBatches(seed, i), sent: 0, shipper: createShipper({ url: sink.url, rng: random(seed + 100 + i), pause: 60 })
  }))
  let target = Infinity
  const shipping = fleet.map(async (one) => {
    while (one.sent < target) {
      await one.shipper.ship(one.batches.take())
      one.sent++
    }
  })
  const counts = await killing(sink, plan())

  // The last start: nobody kills any more, but the downstream goes on failing a while.
  if (options.away) await downstream.start()
  const running = sink.start()
  await running.listening
  target = Math.max(...fleet.map(({ sent }) => sent)) + 1
  await Promise.all(shipping)
  const last = createShipper({ url: sink.url, rng: () => 1, pause: 0 })
  for (const batch of lastBatches(target)) await last.ship(batch)
  downstream.calm(true)
  const exit = await leave(running, downstream)
  await downstream.stop()

  const shippers = [...fleet.map(({ shipper }) => shipper), last]
  for (const shipper of shippers) shipper.close()
  const sum = (name) => shippers.reduce((total, { counts }) => total + counts[name], 0)
  return {
    batches: target,
    downstream,
    faults: [...shippers.flatMap(({ counts }) => counts.wrongAnswers.map((wrong) => `wrong answer ${JSON.stringify(wrong)}`)), ...exit],
    counts: { kills: counts, batches: sum('batches'), tries: sum('tries'), sentAgain: sum('repeats'), sentAgainMerged: sum('merged'), downstream: downstream.counts }
  }
}

async function undisturbed (batches) {
  const downstream = createDownstream()
  await downstream.start()
  const sink = await createSink(place('calm', downstream))
  const running = sink.start()
  await running.listening
  const shippers = Array.from({ length: senders }, () => createShipper({ url: sink.url, rng: () => 1, pause: 0 }))
  await Promise.all(shippers.map(async (shipper, i) => {
    const own = createBatches(seed, i)
    for (let sent = 0; sent < batches; sent++) await shipper.ship(own.take())
  }))
  for (const batch of lastBatches(batches)) await shippers[0].ship(batch)
  const exit = await leave(running, downstream)
  for (const shipper of shippers) shipper.close()
  await downstream.stop()
  return { downstream, faults: [...shippers.flatMap(({ counts }) => counts.wrongAnswers.map((wrong) => `undisturbed: wrong answer ${JSON.stringify(wrong)}`)), ...exit] }
}

/** A folder with config, rules and state. */
function place (name, downstream) {
  const home = join(dir, name)
  mkdirSync(home)
  mkdirSync(join(home, 'rules'))
  rules.forEach((text, i) => writeFileSync(join(home, 'rules', `${i}.toml`), text))
  const outputs = { alerts: { type: 'http', uri: `${downstream.uri}/alerts`, timeout: '5s' }, ...options.inline && { events: { type: 'http', uri: `${downstream.uri}/events`, send: 'events', timeout: '5s' } } }
  const config = join(home, 'tripline.yaml')
  writeFileSync(config, JSON.stringify({ rules: [{ path: 'rules' }], state: { dir: 'state' }, outputs }))
  return { config, log: join(home, 'stderr.log') }
}

/** What each kill shall be: every named point gets more than a tenth of all, the rest come at random moments. */
function plan () {
  const named = ['after-commit', ...options.away ? [] : ['before-cursor'], 'recovering', ...options.inline ? ['before-commit'] : []]
  const each = Math.max(2, Math.ceil(kills * 0.12))
  const planned = named.flatMap((name) => Array.from({ length: each }, () => name))
  while (planned.length < kills) planned.push('random')
  for (let i = planned.length - 1; i > 0; i--) {
    const j = Math.floor(rng() * (i + 1))
    ;[planned[i], planned[j]] = [planned[j], planned[i]]
  }
  return planned
}

async function killing (sink, planned) {
  const counts = { total: 0, random: 0, 'random, while starting': 0 }
  for (const name of planned) {
    const point = name === 'recovering' ? ['recovering-read', 'recovering-write', 'recovering-written'][Math.floor(rng() * 3)] : name
    const failpoint = name === 'random' ? '' : `${point}:${name === 'recovering' ? 1 : 1 + Math.floor(rng() * 12)}`
    const running = sink.start(failpoint)
    let isListening = false
    running.listening.then((listening) => { isListening = listening })
    let isLate = false
    const late = () => {
      isLate = true
      running.kill()
    }
    // A point that is not reached is given up. Of the random ones a few come while the process starts, most while it works.
    const timers = [setTimeout(late, name === 'random' && rng() < 0.2 ? rng() * 500 : 10_000)]
    const time = rng() * 500
    running.listening.then((listening) => { if (listening && name === 'random') timers.push(setTimeout(late, time)) })
    const { code, signal } = await running.ended
    for (const timer of timers) clearTimeout(timer)
    if (signal !== 'SIGKILL') throw new Error(`the process ended by itself with ${code ?? signal}: see ${dir}`)
    counts.total++
    const kind = !isLate ? name : isListening ? 'random' : 'random, while starting'
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}

/** Waits until the downstream hears nothing more, then stops the process as an operator does. */
async function leave (running, downstream) {
  const deadline = Date.now() + 60_000
  while (downstream.quiet < 2_000 && Date.now() < deadline) await new Promise((resolve) => { setTimeout(resolve, 100) })
  running.kill('SIGTERM')
  const { code, signal } = await running.ended
  return code === 0 ? [] : [`SIGTERM ended with ${code ?? signal}`]
}

function compare (disturbed, calm) {
  const [found, expected] = [finals(disturbed.downstream), finals(calm.downstream)]
  const faults = [...disturbed.faults, ...calm.faults]
  const counts = { alerts: expected.size, lost: 0, doubled: 0, wrong: 0 }
  for (const [uuid, { summary }] of expected) {
    if (!found.has(uuid)) {
      counts.lost++
      faults.push(`lost ${uuid} ${summary}`)
    } else if (found.get(uuid).summary !== summary) {
      counts.wrong++
      faults.push(`wrong ${uuid}\n  expected ${summary}\n  found    ${found.get(uuid).summary}`)
    }
  }
  for (const [uuid, { summary }] of found) {
    if (expected.has(uuid)) continue
    counts.doubled++
    faults.push(`not in the undisturbed run: ${uuid} ${summary}`)
  }
  for (const [name, { downstream }] of Object.entries({ disturbed, calm })) {
    for (const [uuid, { sequences }] of finals(downstream)) {
      if (sequences.some((sequence, i) => sequence !== i + 1)) faults.push(`${name}: ${uuid} has the records ${sequences}`)
    }
    for (const kind of ['conflicts', 'disorder']) if (downstream.counts[kind] > 0) faults.push(`${name}: ${downstream.counts[kind]} ${kind}`)
  }
  if (options.inline) {
    counts.events = calm.downstream.events.size
    counts.eventsLost = [...calm.downstream.events.keys()].filter((text) => !disturbed.downstream.events.has(text)).length
    if (counts.eventsLost > 0) faults.push(`${counts.eventsLost} events did not reach the downstream`)
  }
  if (counts.alerts === 0) faults.push('no alert at all: nothing was tested')
  return { counts, faults }
}

/** Each alert's last record in short, without what depends on when it was made, and the sequences of all. */
function finals ({ records }) {
  const alerts = new Map()
  for (const { record } of records.values()) {
    const uuid = record['kibana.alert.uuid']
    const { sequence, first_seen: first, last_seen: last, values, dns, close_reason: reason, surplus } = record.tripline
    const alert = alerts.get(uuid) ?? { sequences: [], last: 0 }
    alerts.set(uuid, alert)
    alert.sequences.push(sequence)
    alert.sequences.sort((one, other) => one - other)
    if (sequence < alert.last) continue
    alert.last = sequence
    alert.summary = JSON.stringify({
      rule: record['kibana.alert.rule.rule_id'], host: record.host?.id, count: record['kibana.alert.threshold_result']?.count, first, last, action: record.event.action, reason, values, dns, surplus
    })
  }
  return alerts
}
