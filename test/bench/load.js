/**
 * The process that sends, and that receives the alerts: one clock for both. It is asked by `main.js`.
 */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { createBody, createTemplate } from './bodies.js'
import { answer } from './children.js'
import { openConnection } from './connection.js'
import { startReceiver } from './receiver.js'

// Of ordinary hosts with a match there are so many that none comes near the threshold while a server runs.
const fleet = { first: 10_000_000, size: 40_000 }
const deflate = promisify(gzip)

const receiving = startReceiver()
const targets = new Map()
let template
let bodies = []
// The same with many more matches: what a server does for a match is rare, and would still be cold when it is measured.
let denseTemplate
let denseBodies = []
const denseShare = 0.1
// Bodies that were made beforehand, each to be sent once; without it they are made as they are sent.
let ready
// It never starts again, so nothing repeats.
let batches = 0
let hosts = 0
let fresh = 50_000_000

answer({
  async receiver () {
    return (await receiving).port
  },
  /** Makes the batch that all targets get from now on, and forgets the one before. */
  prepare (spec) {
    for (const { connections } of targets.values()) for (const connection of connections) connection.close()
    targets.clear()
    ready = undefined
    template = createTemplate(spec)
    bodies = Array.from({ length: spec.connections }, () => createBody(template))
    denseTemplate = createTemplate({ ...spec, share: denseShare })
    denseBodies = Array.from({ length: spec.connections }, () => createBody(denseTemplate))
    const { bytes, places, ...facts } = template
    return { ...facts, bytes: bytes.length }
  },
  /** A server to send to, on as many connections as there are bodies; its attacker is a host of this number. */
  async open ({ target, port, attacker, encoding }) {
    const { contentType } = template
    const connections = await Promise.all(bodies.map(() => openConnection({ port, contentType, contentEncoding: encoding })))
    targets.set(target, { connections, attacker })
  },
  /** Sees to it that so many bodies, each another, are ready to be sent compressed. */
  async compress ({ count, attacker, dense = false }) {
    ready = []
    while (ready.length < count) ready.push(await deflate(fill((dense ? denseBodies : bodies)[0], attacker), { level: 1 }))
  },
  drive,
  pace,
  /** How many `open` records came for the host of this number, when `expected` had come or a few seconds were over. */
  async opened ({ host, expected }) {
    const { opened, until } = await receiving
    const count = () => opened.get(host)?.count ?? 0
    await until(() => count() >= expected, 3000)
    return count()
  }
})

/** Sends to one target at full speed for so long; what has begun by then is waited for, and counts. `due` is what has to match. */
async function drive ({ target, ms, dense = false }) {
  const { connections, attacker } = targets.get(target)
  const totals = emptyTotals()
  const { matched, matchedByHundred } = dense ? denseTemplate : template
  const cpu = process.cpuUsage()
  const began = performance.now()
  await Promise.all(connections.map(async (connection, i) => {
    while (performance.now() - began < ms) {
      const body = ready === undefined ? fill((dense ? denseBodies : bodies)[i], attacker) : ready.pop()
      if (body === undefined) break
      count(totals, await connection.send(body))
      totals.bytes += body.length
    }
  }))
  const { user, system } = process.cpuUsage(cpu)
  return { ...totals, due: totals.batches * matched, dueByHundred: totals.batches * matchedByHundred, ms: performance.now() - began, cpu: (user + system) / 1000 }
}

/**
 * Sends a batch every `interval` milliseconds, whether or not the last was answered; every `every`-th holds what trips
 * the wire for a host that is new. Resolves with the times of those: sent, answered, alert received.
 */
async function pace ({ target, ms, interval, every, threshold }) {
  const { connections } = targets.get(target)
  const { opened, until } = await receiving
  const free = connections.map((connection, i) => ({ connection, body: bodies[i] }))
  const totals = emptyTotals()
  const trips = []
  const running = new Set()
  let late = 0
  const began = performance.now()
  for (let i = 0; i * interval < ms; i++) {
    await wait(began + i * interval - performance.now())
    if (free.length === 0) {
      late++
      await Promise.race(running)
    }
    const one = free.pop()
    const trip = i % every === 0 ? { host: fresh++ } : undefined
    one.body.fill(batches++, Date.now(), (slot) => trip !== undefined && slot < threshold ? trip.host : nextHost())
    const sent = performance.now()
    const answered = one.connection.send(one.body.bytes).then((answer) => {
      if (trip !== undefined) trips.push({ host: trip.host, sent, answered: performance.now() })
      count(totals, answer)
      free.push(one)
      running.delete(answered)
    })
    running.add(answered)
  }
  await Promise.all(running)
  await until(() => trips.every(({ host }) => opened.has(host)), 5000)
  return { ...totals, late, trips: trips.map(({ host, sent, answered }) => ({ sent, answered, alerted: opened.get(host)?.first, alerts: opened.get(host)?.count ?? 0 })) }
}

function fill (body, attacker) {
  // The first match of every batch is the attacker's.
  body.fill(batches++, Date.now(), (slot) => slot === 0 ? attacker : nextHost())
  return body.bytes
}

function nextHost () {
  return fleet.first + hosts++ % fleet.size
}

function emptyTotals () {
  return { batches: 0, bytes: 0, failed: 0, received: 0, matched: 0, alerts: 0, rejected: 0 }
}

function count (totals, { status, result }) {
  totals.batches++
  if (status !== 200) totals.failed++
  else for (const name of ['received', 'matched', 'alerts', 'rejected']) totals[name] += result[name] ?? 0
}

/** Timers are a millisecond coarse, so the last two are waited for awake. */
async function wait (ms) {
  const end = performance.now() + ms
  if (ms > 2) await new Promise((resolve) => { setTimeout(resolve, ms - 2) })
  while (performance.now() < end) await new Promise((resolve) => { setImmediate(resolve) })
}
