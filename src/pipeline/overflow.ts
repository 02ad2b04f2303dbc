import type { OutputConfig } from '../config.js'
import type { Log } from '../ops/log.js'
import type { Quarantine } from '../quarantine/quarantine.js'
import type { Delivery, Store } from '../store/store.js'
import { createTurns } from './turns.js'

type Queue = Pick<Store, 'read' | 'acknowledge' | 'backlog'>

export interface OverflowOptions {
  output: string
  /** Open for this output. */
  store: Queue
  quarantine: Pick<Quarantine, 'moveIn' | 'next' | 'done' | 'waiting'>
  /** Bytes that may wait in the store. */
  limit: number
  onFull: OutputConfig['onFull']
  /** The records that the output wants; the others are dropped when room is made. */
  actions?: OutputConfig['actions']
  /** Called when records were moved: an idle loop should look for them. */
  moved?: () => void
  log: Log
}

/** What happens when more waits for an output than may (DESIGN section 4, `on_full`). */
export interface Overflow {
  /** What the delivery loop reads: the store, and when nothing waits there, what was moved to the quarantine before. */
  readonly queue: Queue
  /** Bytes beyond which batches have to be turned away. */
  readonly limit: number
  /** Moves the oldest records to the quarantine while more wait than may. To be called after each commit, and now and then. Never rejects. */
  makeRoom (): Promise<void>
  /** Records moved to the quarantine and that left it since the start, and how many are there now. */
  /** Resolves when nothing is being moved. */
  settled (): Promise<void>
  stats (): { moved: number, drained: number, waiting: number }
}

/**
 * Stands between the store and the delivery loop of one output. A crash between two steps leaves a record in both places
 * at the most: whoever is acknowledged leaves both, so that nothing is lost, and what is sent twice has one record id.
 */
export function createOverflow ({ output, store, quarantine, limit, onFull, actions, moved = () => {}, log }: OverflowOptions): Overflow {
  const totals = { moved: 0, drained: 0 }
  const chunk = { records: 1000, bytes: Math.ceil(limit / 16) }
  const inTurn = createTurns(1)
  let moving: Promise<void> | undefined
  let fault: Error | undefined
  /** What the loop has in hand, */
  let given: Delivery[] = []
  /** and whether it came from the quarantine. */
  let isDraining = false

  return {
    queue: {
      async read (name, limit) {
        const queued = await store.read(name, limit)
        isDraining = queued.length === 0
        given = isDraining ? await quarantine.next(name, limit) : queued
        return given
      },
      // Never in the midst of a move, which might keep what was just sent.
      acknowledge: (name, position) => inTurn(async () => {
        const settled = given.filter((delivery) => delivery.position <= position)
        totals.drained += await quarantine.done(name, settled.map(({ record }) => record))
        if (!isDraining) await store.acknowledge(name, position)
        given = given.slice(settled.length)
      }),
      backlog: (name) => store.backlog(name)
    },
    // A quarantine that cannot be written has no room for anything.
    get limit () { return onFull === 'block' || fault !== undefined ? limit : Infinity },
    async makeRoom () {
      if (store.backlog(output).bytes <= limit) fault = undefined
      else if (onFull === 'quarantine') await (moving ??= move().finally(() => { moving = undefined }))
    },
    async settled () { await moving },
    stats: () => ({ ...totals, waiting: quarantine.waiting(output) })
  }

  async function move (): Promise<void> {
    try {
      while (store.backlog(output).bytes > limit) await inTurn(moveOldest)
      fault = undefined
      moved()
    } catch (error) {
      if (fault === undefined) log.error({ err: error, output }, 'the output is full, and the quarantine takes nothing: batches are refused')
      fault = error as Error
    }
  }

  async function moveOldest (): Promise<void> {
    const oldest = await store.read(output, chunk)
    const records = oldest.map(({ record }) => record).filter(({ event }) => actions === undefined || actions.includes(event.action))
    if (quarantine.waiting(output) === 0) log.warn({ output }, 'more waits for the output than limits.outbox allows: the oldest alert records go to the quarantine until it has caught up')
    await quarantine.moveIn(records, output)
    await store.acknowledge(output, oldest.at(-1)?.position ?? 0)
    totals.moved += records.length
  }
}
