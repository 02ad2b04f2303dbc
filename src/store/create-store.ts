import type { Config } from '../config.js'
import { LmdbStore } from './lmdb.js'
import { createMemoryStore } from './memory.js'
import type { Store } from './store.js'

/** The store that the config asks for. */
export function createStore (state: Config['state'], { clock }: { clock: () => number }): Store {
  return state === 'memory' ? createMemoryStore({ clock }) : new LmdbStore({ dir: state.dir, clock })
}
