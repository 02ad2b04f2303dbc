/**
 * Loaded by `node --import` before the built `tripline`: kills the process with SIGKILL when it comes to a named point
 * for the n-th time. TRIPLINE_FAILPOINT is `NAME:N`; without it nothing is changed. The product knows nothing of it.
 */
import { LmdbStore } from '../../dist/store/lmdb.js'

const [name, count = '1'] = (process.env.TRIPLINE_FAILPOINT ?? '').split(':')
let left = Number(count)
let isOpen = false

const { open, commit, acknowledge } = LmdbStore.prototype

const points = {
  // A batch's effect is on the disk, and nobody has been told.
  'after-commit' () {
    LmdbStore.prototype.commit = async function (effect) {
      await commit.call(this, effect)
      if (isOpen && effect.answers.length > 0) reached()
    }
  },
  // In inline mode the batch has been forwarded by then.
  'before-commit' () {
    LmdbStore.prototype.commit = async function (effect) {
      if (isOpen && effect.answers.length > 0) reached()
      return commit.call(this, effect)
    }
  },
  // The downstream has the records, and the store does not know.
  'before-cursor' () {
    LmdbStore.prototype.acknowledge = async function (output, position) {
      reached()
      return acknowledge.call(this, output, position)
    }
  },
  // The state has been read, and not yet been written anew.
  'recovering-read' () {
    LmdbStore.prototype.open = async function (outputs) {
      const kept = await open.call(this, outputs)
      reached()
      return kept
    }
  },
  // Somewhere in the write that ends the recovery.
  'recovering-write' () {
    LmdbStore.prototype.commit = async function (effect) {
      if (!isOpen) setTimeout(reached, Math.random() * 5)
      return commit.call(this, effect)
    }
  },
  // The recovery is on the disk, and nothing has been taken since.
  'recovering-written' () {
    LmdbStore.prototype.commit = async function (effect) {
      await commit.call(this, effect)
      if (!isOpen) reached()
    }
  }
}

points[name]?.()
// The first commit of a start is the recovery's own.
const last = LmdbStore.prototype.commit
LmdbStore.prototype.commit = async function (effect) {
  await last.call(this, effect)
  isOpen = true
}

function reached () {
  if (--left > 0) return
  process.kill(process.pid, 'SIGKILL')
  // The signal comes at once, but no line may run before it.
  for (;;);
}
