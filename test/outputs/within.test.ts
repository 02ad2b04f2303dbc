import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { processTimer, TimedOut, within } from '../../src/outputs/within.js'
import { createManualTimer } from '../fixtures/manual-timer.js'

t.test('gives what the work gives, and leaves no timer and no listener behind', async (t) => {
  const alarms = createManualTimer()
  const { signal } = new AbortController()

  const result = await within({ timeout: 10, message: 'late', signal, timer: alarms.timer }, async () => 'done')

  t.equal(result, 'done')
  t.same(alarms.delays(), [])
})

t.test('fails as the work fails', async (t) => {
  await t.rejects(within({ timeout: 1e6, message: 'late' }, async () => { throw new Error('broken') }), { message: 'broken' })
})

t.test('ends when the time is over, even if the work does not listen', async (t) => {
  const alarms = createManualTimer()
  let aborted = false
  const result = within({ timeout: 250, message: 'no answer within 250 ms', timer: alarms.timer }, async (signal) => {
    signal.addEventListener('abort', () => { aborted = true })
    await new Promise(() => {})
  })

  t.equal(await alarms.fire(), 250)

  await t.rejects(result, new TimedOut('no answer within 250 ms'))
  t.ok(aborted)
})

t.test('ends when the signal says so, with its reason; what the work does then is ignored', async (t) => {
  const alarms = createManualTimer()
  const stop = new AbortController()
  const result = within({ timeout: 250, message: 'late', signal: stop.signal, timer: alarms.timer }, async (signal) => {
    await once(signal, 'abort')
    throw new Error('ignored')
  })

  stop.abort(new Error('stopping'))

  await t.rejects(result, { message: 'stopping' })
  await setImmediate()
  t.same(alarms.delays(), [])
})

t.test('does not begin when the signal has already spoken', async (t) => {
  let began = false

  const result = within({ timeout: 250, message: 'late', signal: AbortSignal.abort(new Error('stopping')) }, async () => { began = true })

  await t.rejects(result, { message: 'stopping' })
  t.notOk(began)
})

t.test('the process timer goes off, unless taken back', async (t) => {
  const gone: string[] = []

  const cancel = processTimer(() => { gone.push('first') }, 0)
  cancel()
  await new Promise<void>((resolve) => { processTimer(resolve, 0) })

  t.same(gone, [])
})
