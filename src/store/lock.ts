import { createHash, randomUUID } from 'node:crypto'
import { realpath, rename, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BadState } from '../errors.js'

/** A folder that no other process may use. */
export interface FolderLock { release (): Promise<void> }

/**
 * Takes a folder for this process alone; a `Fault` names the process that has it. The lock is a socket in the folder:
 * whoever answers on it is alive, and the kernel closes it whatever ends the process, so nothing is left behind that
 * could look like a lock. A file with a process id cannot tell a dead process from a new one of the same id, which
 * in containers is the rule. Holds on one machine, across its containers.
 */
export async function lockFolder (dir: string): Promise<FolderLock> {
  const path = await socketPath(dir)
  for (let tries = 0; tries < maxTries; tries++) {
    const server = await listen(path)
    if (server !== undefined) return { release: () => new Promise((resolve) => { server.close(() => resolve()) }) }
    const owner = await ask(path)
    if (owner !== undefined) throw inUse(dir, owner)
    await removeDead(path, dir)
  }
  throw new BadState(dir, 'the lock of the state folder changes hands all the time: another process starts there again and again')
}

const maxTries = 10
const maxPath = 100
const answerTimeout = 2000

/** A socket's path may have about 100 bytes; a longer one lies among the temporary files under the folder's hash. */
async function socketPath (dir: string): Promise<string> {
  const real = await realpath(dir)
  const name = createHash('sha256').update(real).digest('hex').slice(0, 32)
  /* c8 ignore next -- a pipe of Windows is no file */
  if (process.platform === 'win32') return `\\\\.\\pipe\\tripline-${name}`
  const path = join(real, 'tripline.lock')
  return Buffer.byteLength(path) <= maxPath ? path : join(tmpdir(), `tripline-${name}.lock`)
}

async function listen (path: string): Promise<Server | undefined> {
  const server = createServer((socket) => { socket.on('error', () => {}).end(String(process.pid)) })
  server.unref()
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined)
      else reject(new BadState(path, `the state folder cannot be locked: ${error.message}; choose another with --state`, { cause: error }))
    })
    server.listen(path, () => resolve(server))
  })
}

/** The id of the process that holds the lock; undefined when nobody answers. */
async function ask (path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(path)
    socket.setTimeout(answerTimeout, () => socket.destroy())
    let connected = false
    socket.on('connect', () => { connected = true })
    socket.on('data', (bytes) => { answer += bytes.toString() })
    socket.on('error', () => {})
    socket.on('close', () => resolve(connected ? answer : undefined))
  })
}

/** Removes a socket that nobody answers on. Another process may do the same and have a new one there already: that one goes back. */
async function removeDead (path: string, dir: string): Promise<void> {
  const aside = `${path}.${randomUUID().slice(0, 8)}`
  try {
    await rename(path, aside)
  } catch {
    return
  }
  const owner = await ask(aside)
  if (owner === undefined) {
    await rm(aside, { force: true })
    return
  }
  /* c8 ignore start -- two processes start within one millisecond on a folder whose holder was killed */
  await rename(aside, path)
  throw inUse(dir, owner)
}
/* c8 ignore stop */

function inUse (dir: string, owner: string): BadState {
  return new BadState(dir, `the state folder is in use by process ${owner}: stop it, or choose another folder with --state`)
}
