import { perBatch } from './bodies.js'
import { spread } from './figures.js'

// A host number that is no ordinary host's; each server has an attacker of its own.
let attackers = 90_000_000
const threshold = 15

/**
 * Sends a row's body to its servers by turns, in slices, for so many rounds. Gives each figure as a ratio per round, by
 * the clock and by the computing time of the servers; and `faults`: what was not as it had to be, which makes the figures
 * worthless.
 */
export async function measureThroughput ({ name, body, servers, figures, young = false }, { loader, pool, slice, warmUp, rounds, connections }) {
  const facts = await loader.ask('prepare', { ...body, connections })
  const running = await Promise.all(Object.entries(servers).map(async ([target, { hundred = false, ...server }]) => {
    const child = await pool.take(server, body.format, young ? name : undefined)
    const attacker = attackers++
    await loader.ask('open', { target, port: child.port, attacker, encoding: body.gzip ? 'gzip' : undefined })
    return { target, child, attacker, isTripline: server.kind === 'tripline', sifts: server.kind === 'tripline' && server.options.parseAll !== true, due: hundred ? 'dueByHundred' : 'due', slices: [], totals: {} }
  }))

  for (const one of running) {
    if (!one.child.isWarm) {
      // A baseline does the same for every record, and is warm soon.
      if (one.sifts) await turn(one, warmUp.dense, true)
      await turn(one, one.sifts ? warmUp.plain : warmUp.short)
      one.child.isWarm = true
    }
    await turn(one, warmUp.row)
    one.slices = []
    one.warm = (await one.child.ask('figures')).stats
  }
  for (let i = 0; i < rounds; i++) {
    for (const one of i % 2 === 0 ? running : running.toReversed()) await turn(one, slice)
  }
  const result = { body: { ...body, ...facts }, servers: {}, figures: [], faults: [] }
  for (const one of running) {
    const { stats } = await one.child.ask('figures')
    if (one.isTripline) result.faults.push(...await check(one, stats, loader))
    const of = (name) => spread(one.slices.map((slice) => slice[name]))
    result.servers[one.target] = {
      'events/s': of('events/s'),
      'MB/s': of('MB/s'),
      busy: of('busy'),
      'generator busy': of('generator busy'),
      'µs/event': of('µs/event'),
      // Of the records that did not match.
      passedOver: stats?.passed_over === undefined ? undefined : (stats.passed_over - one.warm.passed_over) / (stats.received - stats.matched - one.warm.received + one.warm.matched),
      slices: one.slices
    }
  }
  for (const { what, of, against, aim } of figures) {
    const [one, other] = [of, against].map((target) => running.find((one) => one.target === target).slices)
    result.figures.push({
      what,
      of,
      against,
      aim,
      ratio: spread(one.map((slice, i) => slice[what] / other[i][what])),
      byComputing: spread(one.map((slice, i) => other[i]['µs/event'] / slice['µs/event']))
    })
  }
  return result

  async function turn (one, ms, dense = false) {
    // The attacker in them is the first server's: a baseline does not look for one.
    if (body.gzip) await loader.ask('compress', { count: bodiesFor(one, ms), attacker: running[0].attacker, dense })
    const before = await one.child.ask('figures')
    const sent = await loader.ask('drive', { target: one.target, ms, dense })
    const after = await one.child.ask('figures')
    const events = sent.batches * perBatch
    const cpu = after.cpu - before.cpu
    for (const [name, value] of Object.entries(sent)) one.totals[name] = (one.totals[name] ?? 0) + value
    one.slices.push({ 'events/s': events / sent.ms * 1000, 'MB/s': sent.bytes / sent.ms / 1000, busy: cpu / sent.ms, 'generator busy': sent.cpu / sent.ms, 'µs/event': cpu * 1000 / events, batches: sent.batches, ms: sent.ms })
  }
}

/**
 * Compressed bodies are made before the clock runs: half as many again as the last slice would take. Making them takes
 * longer than taking them, so a fast server has a shorter slice.
 */
function bodiesFor ({ slices }, ms) {
  const last = slices.at(-1)
  return last === undefined ? 50 : Math.min(120, Math.ceil(last.batches / last.ms * ms * 1.5))
}

/** Whether the server saw every record once, found what was in them, and sent the alert that was due. */
async function check ({ target, totals, due, attacker }, stats, loader) {
  const expected = totals.batches < threshold ? 0 : 1
  const arrived = await loader.ask('opened', { host: attacker, expected })
  const claims = [
    ['batches that were not taken', totals.failed, 0],
    ['received', totals.received, totals.batches * perBatch],
    ['matched', totals.matched, totals[due]],
    ['rejected', totals.rejected, 0],
    ['records taken for repeated', stats.repeats + Object.values(stats.rules).reduce((sum, { duplicates }) => sum + duplicates, 0), 0],
    ['alerts', totals.alerts, expected],
    ['alerts of the attacker that arrived', arrived, expected]
  ]
  return claims.filter(([, got, due]) => got !== due).map(([what, got, due]) => `${target}: ${what}: ${got} instead of ${due}`)
}
