import t from 'tap'

import { readiness, type HealthInput } from '../../src/ops/health.js'

const fine: HealthInput = { phase: 'running', inFlight: { bytes: 0, limit: 100 }, outputs: [{ name: 'siem', waiting: 0, limit: 10 }] }

const cases: [string, Partial<HealthInput>, boolean, string[]][] = [
  ['it runs', {}, true, []],
  ['it starts', { phase: 'starting' }, false, ['starting']],
  ['it stops', { phase: 'stopping' }, false, ['stopping']],
  ['the state cannot be written', { stateFault: 'disk full' }, false, ['the state cannot be written: disk full']],
  ['too much is in flight', { inFlight: { bytes: 100, limit: 100 } }, false, ['100 bytes are in flight, limits.in_flight is 100']],
  ['an output is full', { outputs: [{ name: 'siem', waiting: 10, limit: 10 }] }, false, ['output siem is full: 10 bytes wait for it, limits.outbox is 10']],
  ['an output has a fault of its own: a note, no obstacle', { outputs: [{ name: 'siem', waiting: 3, limit: 10, fault: '401 Unauthorized' }] }, true, ['output siem: 401 Unauthorized']]
]
for (const [title, part, ready, reasons] of cases) {
  t.test(title, async (t) => { t.same(readiness({ ...fine, ...part }), { ready, reasons }) })
}
