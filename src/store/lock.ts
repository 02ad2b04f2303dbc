import { createHash, randomUUID } from 'node:crypto'
import { readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { BadState } from '../errors.js'

/** A folder that no other process may use. */
export interface FolderLock { release (): Promise<void> }

/**
 * Takes a folder for this process alone; a `Fault` names the process that has it. The lock is a socket in the folder:
 * whoever answers on it is alive, and the kernel closes it whatever ends the process, so nothing is left behind that
 * could look like a lock. A file with a process id cannot tell a dead process from a new one of the same id, which
 * in containers is the rule. Holds on one machine, across its containers.
 *
 * Each process first makes a socket under a name of its own, then looks for others, as in Lamport's bakery (CACM 17, 1974):
 * of two that look at least one sees the other. A dead one can be removed at any time, since no name comes twice.
 */
export async function lockFolder (dir: string): Promise<FolderLock> {
  /* c8 ignore next */
  if (process.platform === 'win32') return lockPipe(dir)
  const claim = await makeClaim(dir)
  try {
    await goFirst(claim, dir)
  } catch (error) {
    await claim.withdraw()
    throw error
  }
  claim.state = 'held'
  return { release: claim.withdraw }
}

/* c8 ignore start -- a pipe of Windows is no file, and its name is free again when its process ends */
async function lockPipe (dir: string): Promise<FolderLock> {
  const path = `\\\\.\\pipe\\tripline-${hashOf(await realpath(dir))}`
  try {
    const server = await listen(path, () => `held ${process.pid}`)
    return { release: () => new Promise((resolve) => { server.close(() => resolve()) }) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cannotLock(dir, error)
    throw inUse(dir, (await ask(path))?.split(' ')[1])
  }
}
/* c8 ignore stop */

interface Claim {
  folder: string
  /** What the names of all claims of this state folder begin with, and those of sockets that will be claims. */
  lock: string
  fresh: string
  id: string
  state: 'wanted' | 'held'
  withdraw: () => Promise<void>
}

const maxPath = 100
const answerTimeout = 2000
const maxAsked = 100
const pause = 20
// Between making a socket and giving it its name no process takes so long.
const maxNew = 60_000

async function makeClaim (dir: string): Promise<Claim> {
  const id = randomUUID().slice(0, 8)
  try {
    const place = placeOf(await realpath(dir))
    const path = join(place.folder, place.lock + id)
    const claim: Claim = { ...place, id, state: 'wanted', withdraw }
    const server = await listen(join(place.folder, place.fresh + id), () => `${claim.state} ${process.pid}`)
    // Only now: nobody may find it while it does not answer yet.
    await rename(join(place.folder, place.fresh + id), path)
    return claim

    async function withdraw (): Promise<void> {
      await rm(path, { force: true })
      await new Promise<void>((resolve) => { server.close(() => resolve()) })
    }
  } catch (error) {
    throw cannotLock(dir, error)
  }
}

/** A socket's path may have about 100 bytes; a longer one lies among the temporary files under the folder's hash. */
function placeOf (dir: string): Pick<Claim, 'folder' | 'lock' | 'fresh'> {
  const fits = Buffer.byteLength(join(dir, 'tripline.lock.00000000')) <= maxPath
  const name = fits ? 'tripline' : `tripline-${hashOf(dir)}`
  return { folder: fits ? dir : tmpdir(), lock: `${name}.lock.`, fresh: `${name}.new.` }
}

function hashOf (dir: string): string {
  return createHash('sha256').update(dir).digest('hex').slice(0, 32)
}

async function listen (path: string, answer: () => string): Promise<Server> {
  const server = createServer((socket) => { socket.on('error', () => {}).end(answer()) })
  server.unref()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  return server
}

/** Resolves when no other has the folder or comes before this claim: of those that want it the first by name does. Rejects with whoever has it. */
async function goFirst ({ folder, lock, fresh, id }: Claim, dir: string): Promise<void> {
  const names = await readdir(folder)
  for (const other of names.filter((other) => other.startsWith(lock) && other !== lock + id)) {
    for (let asked = 0; ; asked++) {
      const answer = await ask(join(folder, other))
      if (answer === undefined) break
      const [state, owner] = answer.split(' ')
      // One that says nothing may just be withdrawn.
      const waits = state === '' ? asked < 3 : state === 'wanted' && other > lock + id && asked < maxAsked
      if (!waits) throw inUse(dir, owner)
      await wait(pause)
    }
    await rm(join(folder, other), { force: true })
  }
  for (const left of names.filter((other) => other.startsWith(fresh)).map((other) => join(folder, other))) {
    const { mtimeMs } = await stat(left).catch(() => ({ mtimeMs: Infinity }))
    if (Date.now() - mtimeMs > maxNew) await rm(left, { force: true })
  }
}

/** What is said on a socket; nothing when its process is alive but silent, undefined when it is dead. */
async function ask (path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = ''
    let dead = false
    const socket = connect(path)
    socket.setTimeout(answerTimeout, () => socket.destroy())
    socket.on('data', (bytes) => { answer += bytes.toString() })
    socket.on('error', ({ code }: NodeJS.ErrnoException) => { dead = code === 'ECONNREFUSED' || code === 'ENOENT' })
    socket.on('close', () => resolve(dead ? undefined : answer))
  })
}

function cannotLock (dir: string, error: unknown): BadState {
  return new BadState(dir, `the state folder cannot be locked: ${(error as Error).message}; choose another with --state`, { cause: error })
}

function inUse (dir: string, owner = 'unknown'): BadState {
  return new BadState(dir, `the state folder is in use by process ${owner}: stop it, or choose another folder with --state`)
}
