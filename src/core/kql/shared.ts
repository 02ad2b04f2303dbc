import type { FieldSource } from '../fields.js'
import type { Predicate } from '../rule.js'
import type { Query } from './parse.js'

/** Conditions that queries have in common: however many queries ask one, it is evaluated once for an event. */
export class SharedConditions {
  readonly #known = new Map<string, Predicate>()

  /** The predicate that all conditions with this key have: the given one if it is the first of them. */
  share (key: string, predicate: Predicate): Predicate {
    let shared = this.#known.get(key)
    if (shared === undefined) this.#known.set(key, shared = remember(predicate))
    return shared
  }
}

/** The same for two queries exactly if they ask the same, wherever they stand in their texts. */
export function keyOf (query: Query): string {
  return JSON.stringify(query, (name, value: unknown) => name === 'start' || name === 'end' ? undefined : value)
}

/** Rules are shown one event after another, so that the last answer is the one that is asked for again. */
function remember (predicate: Predicate): Predicate {
  let last: FieldSource | undefined
  let answer = false
  return (event) => {
    if (event !== last) {
      answer = predicate(event)
      last = event
    }
    return answer
  }
}
