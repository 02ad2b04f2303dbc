import { createHash } from 'node:crypto'
import type { Event } from '../core/event.js'
import { firstText } from '../core/fields.js'
import type { MatchedRecord } from './detect-batch.js'
import { answerLifetime, type Answer } from '../store/store.js'

/**
 * The batches of the last hour by digest, so that one that is sent again is answered as before and counts nothing
 * (DESIGN section 4). At most 200,000 of them; the oldest is forgotten first, and record identities are the second net.
 */
export class Repeats {
  readonly #answers = new Map<string, { answer: Answer, time: number, safe: Promise<unknown> }>()

  constructor (answers: Iterable<readonly [digest: string, answer: Answer, time: number]> = []) {
    for (const [digest, answer, time] of answers) this.#answers.set(digest, { answer, time, safe: Promise.resolve() })
  }

  /** The answer that this batch has had, or will have when `safe` resolves; undefined when it is new. */
  find (digest: string, now: number): { answer: Answer, safe: Promise<unknown> } | undefined {
    const known = this.#answers.get(digest)
    return known === undefined || now - known.time > answerLifetime ? undefined : known
  }

  /** Remembers an answer that holds as soon as `safe` resolves. */
  add (digest: string, answer: Answer, { now, safe }: { now: number, safe: Promise<unknown> }): void {
    this.#answers.delete(digest)
    this.#answers.set(digest, { answer, time: now, safe })
    for (const [oldest, { time }] of this.#answers) {
      if (this.#answers.size <= maxAnswers && now - time <= answerLifetime) break
      this.#answers.delete(oldest)
    }
  }
}

const maxAnswers = 200_000

/**
 * The digest of a batch's matched records, SHA-256 over their bytes and over what counts them: between two tries the
 * rules may have changed. Undefined unless every record carries a time or an id: equal records without either may well
 * be two (fifteen equal posts are fifteen events).
 */
export function digestOf (matched: readonly Pick<MatchedRecord, 'event' | 'record' | 'rules'>[]): string | undefined {
  if (matched.length === 0 || !matched.every(({ event }) => isMarked(event))) return undefined
  const digest = createHash('sha256')
  for (const { record: { bytes }, rules } of matched) {
    digest.update(`${bytes.length} ${rules.map(({ id, hash }) => `${id} ${hash}`).join(' ')}\n`).update(bytes)
  }
  return digest.digest('base64url')
}

function isMarked (event: Event): boolean {
  return event.hasTime || ids.some((name) => firstText(event, name) !== undefined)
}

const ids = ['event.id', 'winlog.record_id', 'process.entity_id']
