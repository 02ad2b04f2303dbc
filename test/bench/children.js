import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

const children = new Set()
process.once('exit', () => { for (const child of children) child.kill() })

/** Whether a process can be held on one core: there are two, and `taskset` is there. */
export function canPin () {
  return availableParallelism() > 1 && has('taskset')
}

/**
 * glibc gives the end of its heap back and asks for it again, page by page, if what lies there is freed. Whether a bare
 * server's chunks do is chance, and made it twice as slow in one run as in another; so here it keeps what it has.
 */
const keeping = { MALLOC_TRIM_THRESHOLD_: String(2 ** 30), MALLOC_TOP_PAD_: String(2 ** 25), MALLOC_MMAP_THRESHOLD_: String(2 ** 25) }

/** Node with these arguments, on that core if one is named. It ends with this process at the latest. */
export function start (core, args, stdio = ['ignore', 'pipe', 'pipe']) {
  const [command, ...rest] = [...core === undefined ? [] : ['taskset', '-c', String(core)], process.execPath, ...args]
  const child = spawn(command, rest, { stdio, env: { ...process.env, ...keeping } })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

/** The first group of what matches `pattern` in a child's output; rejects when the output ends without it. */
export function told (stream, pattern) {
  return new Promise((resolve, reject) => {
    let text = ''
    stream.on('data', (chunk) => {
      text += chunk
      const match = pattern.exec(text)
      if (match !== null) resolve(match[1])
    }).on('end', () => reject(new Error(`ended without a word: ${text}`)))
  })
}

/** A child that runs `answer`. `ask(name, details)` resolves with what its handler of that name gives, and rejects when it fails or ends. */
export function startAsked (core, args) {
  const child = start(core, args, ['ignore', 'inherit', 'inherit', 'ipc'])
  const waiting = new Map()
  let asked = 0
  const exited = new Promise((resolve) => { child.once('exit', resolve) })
  child.on('message', ({ id, result, error }) => {
    const { resolve, reject } = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) resolve(result)
    else reject(new Error(error))
  })
  child.once('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`a child of the bench ended (${code ?? signal}): ${args.join(' ')}`))
  })
  return {
    ask (name, details = {}) {
      return new Promise((resolve, reject) => {
        waiting.set(++asked, { resolve, reject })
        child.send({ id: asked, name, details })
      })
    },
    /** Lets the child end by itself, so that a profile is written. */
    async end () {
      child.disconnect()
      await exited
    }
  }
}

/** The child's side of `startAsked`; `onEnd` runs before it exits. */
export function answer (handlers, onEnd = async () => {}) {
  process.on('message', async ({ id, name, details }) => {
    try {
      process.send({ id, result: await handlers[name](details) })
    } catch (error) {
      process.send({ id, error: error.stack })
    }
  })
  process.once('disconnect', async () => {
    await onEnd()
    process.exit()
  })
}

/** Milliseconds that a process has computed, on all cores; undefined where /proc is not. */
export function cpuOf (pid) {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13)
    return (Number(user) + Number(system)) * 10
  } catch {
    return undefined
  }
}

function has (command) {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
