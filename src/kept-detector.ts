import type { AlertRecord } from './core/alert.js'
import { createDetector, type Detector } from './core/detector.js'
import type { DetectorLimits } from './core/limits.js'
import type { Rule } from './core/rule.js'
import { Refusal } from './errors.js'
import { createGroupCommit } from './group-commit.js'
import type { Log } from './log.js'
import type { Store } from './store/store.js'

/** What a step of detection did. */
export interface Step {
  alerts: readonly AlertRecord[]
  /** Whether it asked nothing of the state, so that its answer need not wait for what others changed. */
  idle?: boolean
}

/** A detector and the store that remembers it. */
export interface KeptDetector {
  /** The one that counts now; another one after the store has failed. */
  readonly detector: Detector
  /** Why the state could not be written or read the last time; undefined once it could. */
  readonly fault: Error | undefined
  /**
   * Runs a step, which nothing interrupts, and resolves with its result when everything that it and all steps before it
   * changed is safe. Rejects with a 503 `Refusal` when that could not be kept: then it is as if the step had not run.
   */
  run<Result extends Step> (step: (detector: Detector) => Result): Promise<Result>
  /** Resolves when nothing waits to be written. */
  settled (): Promise<void>
}

export interface KeptDetectorOptions {
  rules: readonly Rule[]
  limits: DetectorLimits
  store: Pick<Store, 'open' | 'commit'>
  /** The names of the outputs that the store keeps alerts for. */
  outputs: readonly string[]
  /** Called when alert records are safe and may leave. */
  written?: () => void
  log: Log
  clock: () => number
}

/** A detector with the state that the store has, and again with that state after a commit has failed. */
export async function createKeptDetector ({ rules, limits, store, outputs, written, log, clock }: KeptDetectorOptions): Promise<KeptDetector> {
  let detector = createDetector(rules, limits)
  let fault: Error | undefined
  let broken = false
  let mending: Promise<void> | undefined
  const commits = createGroupCommit(store, {
    written,
    failed (error) {
      fault = error
      broken = true
      log.error({ err: error }, 'the state could not be written; it is rebuilt from the store')
    }
  })
  await restore()

  return {
    get detector () { return detector },
    get fault () { return fault },
    settled: () => commits.settled(),
    async run (step) {
      // Nothing may come between this check and the step: what counts on a broken detector is lost with it.
      while (broken) await refusing(mending ??= mend())
      const result = step(detector)
      const groups = detector.changes()
      if (result.idle !== true || groups.size > 0 || result.alerts.length > 0) {
        await refusing(commits.commit({ groups, alerts: result.alerts }))
      }
      return result
    }
  }

  async function mend (): Promise<void> {
    try {
      await commits.settled()
      await restore()
    } catch (error) {
      broken = true
      fault = error as Error
      throw error
    } finally {
      mending = undefined
    }
  }

  async function restore (): Promise<void> {
    const states = await store.open(outputs)
    const now = clock()
    const { rules } = detector
    const restored = createDetector(rules, limits)
    restored.load(states)
    // Nothing could arrive meanwhile, so silence is none. Alerts close whose rule is not there any more, or counts something else now.
    restored.resume(now)
    const alerts = restored.replaceRules(rules, now)
    detector = restored
    broken = false
    fault = undefined
    await commits.commit({ groups: detector.changes(), alerts })
  }
}

async function refusing (work: Promise<void>): Promise<void> {
  try {
    await work
  } catch {
    throw new Refusal(503, 'TRIPLINE_STATE_UNAVAILABLE', 'the state cannot be written, see the log: send the batch again', 5)
  }
}
