import type { Detector } from '../core/detector.js'
import { Event, type Origin } from '../core/event.js'
import type { FieldMap } from '../core/fields.js'

/**
 * What the engine took in at one moment, as plain data: enough to do it again. The engine is pure, so the same steps
 * from the same state lead to the same state; a few records are much smaller than the states that they change.
 */
export interface EngineStep {
  now: number
  /** Whether silence begins anew, for the clock was set. */
  resumes?: boolean
  origin?: Origin
  events: readonly { fields: FieldMap, time?: number, rules: readonly string[] }[]
}

/** Does a step again. Its alert records are not given: they were committed with it. */
export function replay (detector: Detector, { now, resumes = false, origin, events }: EngineStep): void {
  if (resumes) detector.resume(now)
  detector.advance(now)
  for (const { fields, time, rules } of events) {
    const event = new Event(fields, { arrival: now, shipperTime: time, origin })
    detector.push(event, now, detector.rules.filter(({ id }) => rules.includes(id)))
  }
}
