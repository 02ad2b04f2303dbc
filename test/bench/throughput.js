import { perBatch } from './bodies.js'
import { spread } from './figures.js'
import { startServer } from './servers.js'

// A host number that is no ordinary host's; each server has an attacker of its own.
let attackers = 90_000_000
const threshold = 15

/**
 * Sends a row's body to its servers by turns, in slices, for so many rounds. Gives each figure as a ratio per round, and
 * `faults`: what was not as it had to be, which makes the figures worthless.
 */
export async function measureThroughput ({ body, servers, figures }, { loader, slice, warmUp, rounds, connections, profile }) {
  const facts = await loader.ask('prepare', { ...body, connections })
  const alerts = `http://127.0.0.1:${await loader.ask('receiver')}/`
  const running = []
  for (const [target, { hundred = false, ...server }] of Object.entries(servers)) {
    const { port, ...child } = await startServer(server, { alerts, profile: running.length === 0 ? profile : undefined })
    const attacker = attackers++
    await loader.ask('open', { target, port, attacker, encoding: body.gzip ? 'gzip' : undefined })
    running.push({ target, child, attacker, isTripline: server.kind === 'tripline', matched: hundred ? facts.matchedByHundred : facts.matched, slices: [] })
  }

  for (const one of running) await turn(one, warmUp)
  for (const one of running) one.slices.shift()
  for (let i = 0; i < rounds; i++) {
    for (const one of i % 2 === 0 ? running : running.toReversed()) await turn(one, slice)
  }
  const faults = []
  const result = { body: { ...body, ...facts }, servers: {}, figures: [], faults }
  for (const one of running) {
    const { stats } = await one.child.ask('figures')
    if (one.isTripline) faults.push(...await check(one, loader))
    const of = (name) => spread(one.slices.map((slice) => slice[name]))
    result.servers[one.target] = {
      'events/s': of('events/s'),
      'MB/s': of('MB/s'),
      busy: of('busy'),
      'generator busy': of('loaderBusy'),
      'µs/event': of('µs/event'),
      // Of the records that did not match.
      passedOver: stats?.passed_over === undefined ? undefined : stats.passed_over / (stats.received - stats.matched),
      slices: one.slices
    }
    await one.child.end()
  }
  for (const { what, of, against, aim } of figures) {
    const [one, other] = [of, against].map((target) => running.find((one) => one.target === target).slices)
    result.figures.push({ what, of, against, aim, ratio: spread(one.map((slice, i) => slice[what] / other[i][what])) })
  }
  return result

  async function turn (one, ms) {
    if (body.gzip) await loader.ask('compress', { count: bodiesFor(one, ms), attacker: one.attacker })
    const before = await one.child.ask('figures')
    const sent = await loader.ask('drive', { target: one.target, ms })
    const after = await one.child.ask('figures')
    const events = sent.batches * perBatch
    const cpu = after.cpu - before.cpu
    one.totals = add(one.totals, sent)
    one.slices.push({ 'events/s': events / sent.ms * 1000, 'MB/s': sent.bytes / sent.ms / 1000, busy: cpu / sent.ms, loaderBusy: sent.cpu / sent.ms, 'µs/event': cpu * 1000 / events, batches: sent.batches, ms: sent.ms })
  }
}

/** Compressed bodies are made before the clock runs: as many as the last slice took, and half as many again. */
function bodiesFor ({ slices }, ms) {
  const last = slices.at(-1)
  return last === undefined ? 150 : Math.ceil(last.batches / last.ms * ms * 1.5)
}

async function check ({ target, totals, matched, attacker }, loader) {
  const expected = totals.batches < threshold ? 0 : 1
  const arrived = await loader.ask('opened', { host: attacker, expected })
  const rules = [
    ['batches that were not taken', totals.failed, 0],
    ['received', totals.received, totals.batches * perBatch],
    ['matched', totals.matched, totals.batches * matched],
    ['rejected', totals.rejected, 0],
    ['alerts', totals.alerts, expected],
    ['alerts of the attacker that arrived', arrived, expected]
  ]
  return rules.filter(([, got, due]) => got !== due).map(([what, got, due]) => `${target}: ${what}: ${got} instead of ${due}`)
}

function add (totals, more) {
  if (totals === undefined) return more
  return Object.fromEntries(Object.entries(totals).map(([name, value]) => [name, value + more[name]]))
}
