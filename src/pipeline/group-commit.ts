import type { Effect, Store } from '../store/store.js'

/** Writes effects in the order in which they were given; those that wait at the same time share one commit of the store. */
export interface GroupCommit {
  /** Resolves when the effect is safe. Rejects when the store could not take it: then nothing of it is there. */
  commit (effect: Effect): Promise<void>
  /** Resolves when nothing is being written and nothing waits. Never rejects. */
  settled (): Promise<void>
}

export interface GroupCommitOptions {
  /**
   * Called at once when the store fails, before any promise rejects: whoever made the effects must make them anew from
   * what the store holds. What waited behind the failed commit is rejected too, for it was made on top of it.
   */
  failed?: (fault: Error) => void
  /** Called when alert records are safe and may leave. */
  written?: () => void
}

/** Nothing to write: whoever commits it only waits for what was given before. */
export const nothing: Effect = { steps: [], alerts: [], answers: [] }

/** The only writer of this store. */
export function createGroupCommit (store: Pick<Store, 'commit'>, { failed = () => {}, written = () => {} }: GroupCommitOptions = {}): GroupCommit {
  let waiting: Effect[] = []
  let turn: Promise<void> | undefined
  let last: Promise<void> = Promise.resolve()
  let fault: Error | undefined
  return {
    commit (effect) {
      waiting.push(effect)
      if (turn === undefined) {
        const known = fault
        turn = last.then(() => write(known))
        last = turn.catch(() => {})
      }
      return turn
    },
    async settled () {
      for (let seen; seen !== last;) {
        seen = last
        await seen
      }
    }
  }

  async function write (known: Error | undefined): Promise<void> {
    const effect = merge(waiting)
    waiting = []
    turn = undefined
    // A fault since this turn was made: its effects stand on one that is gone.
    if (fault !== undefined && known !== fault) throw fault
    if (isEmpty(effect)) return
    try {
      await store.commit(effect)
    } catch (error) {
      fault = new Error(`the state could not be written: ${(error as Error).message}`, { cause: error })
      failed(fault)
      throw fault
    }
    if (effect.alerts.length > 0) written()
  }
}

function isEmpty ({ steps, states, alerts, answers }: Effect): boolean {
  return steps.length + alerts.length + answers.length + (states?.size ?? 0) === 0
}

function merge (effects: readonly Effect[]): Effect {
  let steps: unknown[] = []
  const states = new Map<string, unknown>()
  for (const effect of effects) {
    if (effect.states !== undefined) {
      // The states have in them what the steps before did.
      steps = []
      for (const [key, state] of effect.states) states.set(key, state)
    }
    steps.push(...effect.steps)
  }
  return {
    steps,
    ...states.size > 0 && { states },
    alerts: effects.flatMap((effect) => effect.alerts),
    answers: effects.flatMap((effect) => effect.answers)
  }
}
