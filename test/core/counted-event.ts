import { factsOf, packFields, readFields } from '../../src/core/facts.js'
import type { FieldMap } from '../../src/core/fields.js'
import type { WaitingEvent } from '../../src/core/group.js'
import { OpenAlert } from '../../src/core/open-alert.js'
import { Totals, type CountedEvent } from '../../src/core/totals.js'
import { arrival, eventOf } from './event-of.js'

/** An event that counts, as a tracker makes it of these fields. */
export function countedEvent (time: number, fields: FieldMap = {}, more: Partial<CountedEvent> = {}): CountedEvent {
  return { time, facts: factsOf(readFields(eventOf(fields)), time), skew: 0, ...more }
}

/** The same while it waits in a ring. */
export function waitingEvent (time: number, fields: FieldMap = {}, more: Partial<WaitingEvent> = {}): WaitingEvent {
  return { time, skew: 0, packed: packFields(readFields(eventOf(fields))), ...more }
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
