import { Latest, latestDefaults, type LatestOptions } from './latest.js'
import { Ledger } from './ledger.js'
import type { Delivery, Effect, Kept, Store } from './store.js'

export interface MemoryStoreOptions extends Partial<LatestOptions> {
  clock?: () => number
}

/** The store of `state: memory`: deliveries as with the durable one, but nothing outlives the process, so it keeps no steps. */
export function createMemoryStore ({ clock = Date.now, ...bounds }: MemoryStoreOptions = {}): Store {
  const ledger = new Ledger()
  const latest = new Latest({ ...latestDefaults, ...bounds })
  const deliveries = new Map<number, Delivery>()

  return {
    durable: false,
    open,
    commit,
    read: async (output, limit) => ledger.next(output, limit).map((position) => deliveries.get(position) as Delivery),
    async acknowledge (output, position) {
      if (ledger.advance(output, position)) drop()
    },
    backlog: (output) => ledger.backlog(output),
    latest: (count) => latest.newest(count),
    close: async () => {}
  }

  async function open (outputs: readonly string[]): Promise<Kept> {
    ledger.name(outputs)
    drop()
    return { states: [], steps: [], answers: [] }
  }

  async function commit ({ alerts }: Effect): Promise<void> {
    // Whatever can throw comes first: a commit is taken whole or not at all.
    const entries = alerts.map((record) => ({ record, json: JSON.stringify(record) }))
    const time = clock()

    for (const { record, json } of entries) {
      const bytes = Buffer.byteLength(json)
      const position = ledger.append(bytes, time)
      deliveries.set(position, { position, record, json })
      latest.add(record, bytes)
    }
    drop()
  }

  function drop (): void {
    for (const position of ledger.drop()) deliveries.delete(position)
  }
}
