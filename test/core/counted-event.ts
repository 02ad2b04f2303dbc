import { readFacts } from '../../src/core/facts.js'
import type { FieldMap } from '../../src/core/fields.js'
import { OpenAlert } from '../../src/core/open-alert.js'
import { Totals, type CountedEvent } from '../../src/core/totals.js'
import { arrival, eventOf } from './event-of.js'

/** An event that counts, as a tracker makes it of these fields. */
export function countedEvent (time: number, fields: FieldMap = {}, more: Partial<CountedEvent> = {}): CountedEvent {
  return { time, facts: readFacts(eventOf(fields), time), skew: 0, ...more }
}

/** An alert of host h1 that has counted these events, without a record yet. */
export function openAlertOf (events: readonly CountedEvent[], changes: Partial<OpenAlert> = {}): OpenAlert {
  const totals = new Totals()
  for (const event of events) totals.add(event)
  return Object.assign(new OpenAlert({
    uuid: 'uuid',
    terms: [{ field: 'host.id', value: 'h1' }],
    totals,
    origin: {},
    derived: [],
    timeToDetect: 0,
    suppressedUntil: totals.last,
    startedAt: arrival
  }), changes)
}
