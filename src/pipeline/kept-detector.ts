import { isDeepStrictEqual } from 'node:util'
import type { AlertRecord } from '../core/alert.js'
import { createDetector, type Detector } from '../core/detector.js'
import type { DetectorLimits } from '../core/limits.js'
import type { Rule } from '../core/rule.js'
import { createClockWatch } from './clock-watch.js'
import { replay, type EngineStep } from './engine-step.js'
import { Refusal } from '../errors.js'
import { createGroupCommit, nothing } from './group-commit.js'
import type { Log } from '../ops/log.js'
import { Repeats } from './repeats.js'
import type { Answer, Kept, Store } from '../store/store.js'

/** What a step of detection did. */
export interface Step {
  alerts: readonly AlertRecord[]
  /** What to do again after a crash; none when the engine is as it was. */
  step?: EngineStep
  /** Whether its own states have to be kept, since no step could do it again: other rules, for one. */
  keepsStates?: boolean
  /** Whether it asked nothing of the state, so that its answer need not wait for what others changed. */
  idle?: boolean
  /** What has to be safe before this is answered, besides what it changed itself. */
  after?: Promise<unknown>
  /** By which the same batch is known when it comes again, */
  digest?: string
  /** and the answer that it gets then. */
  answer?: Answer
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
  run<Result extends Step> (step: (detector: Detector, repeats: Repeats) => Result): Promise<Result>
  /** Writes the states, so that the next start has nothing to do again. Resolves when nothing waits to be written. */
  settle (): Promise<void>
}

export interface KeptDetectorOptions {
  rules: readonly Rule[]
  limits: DetectorLimits
  store: Pick<Store, 'durable' | 'open' | 'commit'>
  /** The names of the outputs that the store keeps alerts for. */
  outputs: readonly string[]
  /** Called when alert records are safe and may leave. */
  written?: () => void
  log: Log
  clock: () => number
  /** Milliseconds of a clock that nobody can set, by which it is noticed when somebody sets the other. */
  steady?: () => number
  /** After how many events the states are written and the steps forgotten: what a start has to do again at the most. */
  stepsKept?: number
}

/**
 * A detector with the state that the store has, and again with that state after a commit has failed. Rejects when the
 * state cannot be read; when it cannot be written the detector is there and refuses what it is asked to run.
 */
export async function createKeptDetector ({ rules, limits, store, outputs, written, log, clock, steady = clock, stepsKept = 1000 }: KeptDetectorOptions): Promise<KeptDetector> {
  let detector = createDetector(rules, limits, { tracksChanges: store.durable })
  let repeats = new Repeats()
  let fault: Error | undefined
  let broken = false
  let mending: Promise<void> | undefined
  let sinceStates = 0
  let tried = -Infinity
  const clockWasSet = createClockWatch(clock, steady)
  const commits = createGroupCommit(store, {
    written,
    failed (error) {
      if (fault === undefined) log.error({ err: error.cause }, 'the state could not be written: batches are refused until it can')
      fault = error
      broken = true
    }
  })
  await restore().catch((error) => {
    // What could be read and not be written, for want of room perhaps, is tried again with the next batch.
    if (!broken) throw error
  })

  return {
    get detector () { return detector },
    get fault () { return fault },
    async settle () {
      if (!broken && sinceStates > 0) await commits.commit({ ...nothing, states: states() }).catch(() => {})
      await commits.settled()
    },
    async run (step) {
      // Nothing may come between this check and the step: what counts on a broken detector is lost with it.
      while (broken) await refusing(mending ??= mend())
      if (clockWasSet()) resume(clock())
      const result = step(detector, repeats)
      if (result.idle === true && result.alerts.length === 0) {
        if (result.after !== undefined) await refusing(result.after)
        return result
      }
      const safe = commits.commit(effectOf(result))
      if (result.digest !== undefined && result.answer !== undefined) repeats.add(result.digest, result.answer, { now: clock(), safe })
      await refusing(safe)
      return result
    }
  }

  /** An hour that nobody lived through must close no alert, and one that comes twice must not hold any up. */
  function resume (now: number): void {
    log.warn({}, 'the clock was set: alerts that are open wait for silence anew')
    detector.resume(now)
    // Whatever comes next is written with it or after it, and tells when that fails.
    commits.commit(effectOf({ alerts: [], step: { now, resumes: true, events: [] } })).catch(() => {})
  }

  function effectOf ({ alerts, step, keepsStates, digest, answer }: Step) {
    const answers = digest === undefined || answer === undefined ? [] : [[digest, answer] as const]
    if (!store.durable) return { ...nothing, alerts }
    sinceStates += step === undefined ? 0 : step.events.length + 1
    if (keepsStates === true || sinceStates > stepsKept) return { steps: [], states: states(), alerts, answers }
    return { steps: step === undefined ? [] : [step], alerts, answers }
  }

  function states (): Map<string, unknown> {
    sinceStates = 0
    return detector.changes().set(limitsKey, pick(limits))
  }

  async function mend (): Promise<void> {
    try {
      await commits.settled()
      // Every batch asks for it, and a large state takes a while to read.
      if (Math.abs(clock() - tried) < pause) throw fault
      tried = clock()
      await restore()
      log.info({}, 'the state can be written again')
    } catch (error) {
      broken = true
      fault = error as Error
      throw error
    } finally {
      mending = undefined
    }
  }

  async function restore (): Promise<void> {
    const kept = await store.open(outputs)
    const now = clock()
    const { rules } = detector
    const { restored, changes } = rebuild(kept, limits, store.durable)
    // Nothing could arrive meanwhile, so silence is none. Alerts close whose rule is not there any more, or counts something else now.
    restored.resume(now)
    const changed = changedRules(restored.rules, rules)
    if (changed.length > 0) log.warn({ rules: changed }, 'these rules are gone or count something else now: their alerts close, and they start afresh')
    const alerts = restored.replaceRules(rules, now)
    const states = new Map([...changes, ...restored.changes(), [limitsKey, pick(limits)]])
    await commits.commit(store.durable ? { ...nothing, states, alerts } : { ...nothing, alerts })
    detector = restored
    repeats = new Repeats(kept.answers)
    sinceStates = 0
    broken = false
    fault = undefined
  }
}

const limitsKey = 'limits'
/** Between two tries to write the state again, ms. */
const pause = 1000

/** The detector that was, and what it changed since the states were written. */
function rebuild ({ states, steps }: Kept, limits: DetectorLimits, tracksChanges: boolean): { restored: Detector, changes: Map<string, unknown> } {
  const saved = new Map(states)
  // Steps lead to the same state only under the limits under which they were done.
  const former = saved.get(limitsKey) as DetectorLimits | undefined ?? limits
  const detector = createDetector([], former, { tracksChanges })
  detector.load(saved)
  for (const step of steps) replay(detector, step as EngineStep)
  const changes = detector.changes()
  if (isDeepStrictEqual(pick(former), pick(limits))) return { restored: detector, changes }
  const restored = createDetector([], limits, { tracksChanges })
  restored.load([...saved, ...changes].filter(([, state]) => state !== null))
  return { restored, changes }
}

function pick ({ maxGroups, lateness, maxSkew, alert }: DetectorLimits): DetectorLimits {
  return { maxGroups, lateness, maxSkew, alert }
}

function changedRules (former: readonly Rule[], current: readonly Rule[]): string[] {
  const hashes = new Map(current.map(({ id, hash }) => [id, hash]))
  return former.filter(({ id, hash }) => hashes.get(id) !== hash).map(({ name }) => name)
}

async function refusing (work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch {
    throw new Refusal(503, 'TRIPLINE_STATE_UNAVAILABLE', 'the state cannot be written, see the log: send the batch again', 5)
  }
}
