import { perBatch } from './bodies.js'
import { quantile } from './figures.js'
import { startServer } from './servers.js'

/**
 * How long after its answer, and after it was sent, a batch's alert is at the receiver: at half of the rate that this
 * server just took at full speed. Sender and receiver are one process, so one clock tells all of it.
 */
export async function measureLatency ({ body, server, threshold, aim }, { loader, alerts, connections, warmUp, profile }) {
  await loader.ask('prepare', { ...body, connections })
  const child = await startServer(server, { alerts, profile })
  await loader.ask('open', { target: 'tripline', port: child.port, attacker: 80_000_000 })
  await loader.ask('drive', { target: 'tripline', ms: warmUp.dense, dense: true })
  await loader.ask('drive', { target: 'tripline', ms: warmUp.short })
  const full = await loader.ask('drive', { target: 'tripline', ms: 1500 })
  const rate = full.batches / full.ms
  const interval = 2 / rate
  // About fifty alerts a second, so that they do not become the load themselves.
  const every = Math.max(1, Math.round(20 / interval))
  const before = await child.ask('figures')
  const paced = await loader.ask('pace', { target: 'tripline', ms: 5000, interval, every, threshold })
  const after = await child.ask('figures')
  await child.end()

  const { trips, late, ...totals } = paced
  const arrived = trips.filter(({ alerted }) => alerted !== undefined)
  const times = (from) => arrived.map((trip) => trip.alerted - trip[from])
  const quantiles = (values) => ({ min: Math.min(...values), median: quantile(values, 0.5), p99: quantile(values, 0.99), max: Math.max(...values) })
  const faults = []
  if (trips.some(({ alerts }) => alerts !== 1)) faults.push(`${trips.filter(({ alerts }) => alerts !== 1).length} of ${trips.length} alerts did not arrive exactly once`)
  if (totals.failed > 0) faults.push(`${totals.failed} batches were not taken`)
  if (totals.alerts !== trips.length) faults.push(`alerts: ${totals.alerts} instead of ${trips.length}`)
  return {
    fullSpeed: rate * 1000 * perBatch,
    perSecond: totals.received / 5,
    alerts: trips.length,
    // The generator could not keep up with its own schedule.
    late,
    busy: (after.cpu - before.cpu) / 5000,
    answerToAlert: quantiles(times('answered')),
    sentToAlert: quantiles(times('sent')),
    sentToAnswer: quantiles(arrived.map(({ sent, answered }) => answered - sent)),
    aim,
    faults
  }
}
