import { Event, type EventInit } from '../../src/core/event.js'
import type { FieldMap } from '../../src/core/fields.js'

/** When events of a test arrive, unless it says otherwise. */
export const arrival = Date.UTC(2026, 2, 2, 10)

/** An event for a test, with these fields and no others. */
export function eventOf (fields: FieldMap = {}, init: Partial<EventInit> = {}): Event {
  return new Event(fields, { arrival, ...init })
}
