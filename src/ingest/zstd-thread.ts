import { once } from 'node:events'
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { Decompress } from 'fzstd'
import { TooLarge } from './too-large.js'

/** Inflates whole zstd frames, one after the other, into at most `maxBody` bytes. */
export type InflateFrames = (frames: Buffer[], maxBody: number) => Promise<Buffer>

/**
 * fzstd on a thread of its own, started at the first use, one body at a time.
 *
 * On a thread, because a few hostile kilobytes keep fzstd busy for minutes: after `patience` ms the thread is
 * ended, the body refused, and the next one gets a new thread.
 */
export function createZstdThread ({ patience = 5000, start = startWorker } = {}): InflateFrames {
  let worker: Worker | undefined
  let turn: Promise<unknown> = Promise.resolve()

  async function inflate (frames: Buffer[], maxBody: number): Promise<Buffer> {
    worker ??= start()
    worker.ref()
    const answer = await ask(worker, { frames, maxBody }, patience)
    // An idle thread must not keep the process alive.
    worker.unref()
    if (answer instanceof Uint8Array) return Buffer.from(answer.buffer, answer.byteOffset, answer.length)
    if (answer === false) throw new TooLarge()
    if (answer === undefined) {
      worker.terminate()
      worker = undefined
    }
    throw new Error(answer ?? 'it takes too long')
  }

  return async (frames, maxBody) => {
    const answer = turn.then(() => inflate(frames, maxBody))
    turn = answer.catch(() => {})
    return await answer
  }
}

/** What the thread runs, so it leans on nothing outside itself. `false` = more than `maxBody` bytes, a text = what is broken. */
export function inflateFrames (frames: Uint8Array[], maxBody: number, Inflator: typeof Decompress): Uint8Array | false | string {
  const parts: Uint8Array[] = []
  let length = 0
  let tooLarge = false
  try {
    for (const frame of frames) {
      new Inflator((part) => {
        length += part.length
        tooLarge = length > maxBody
        if (tooLarge) throw new RangeError('too large')
        parts.push(part)
      }).push(frame, true)
    }
  } catch (error) {
    return tooLarge ? false : (error as Error).message
  }
  const plain = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    plain.set(part, at)
    at += part.length
  }
  return plain
}

/** A thread that waits for frames. */
function startWorker (): Worker {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { Decompress } = require(workerData)
    ${inflateFrames.toString()}
    parentPort.on('message', ({ frames, maxBody }) => parentPort.postMessage(inflateFrames(frames, maxBody, Decompress)))`
  return new Worker(source, { eval: true, execArgv: [], workerData: createRequire(import.meta.url).resolve('fzstd') })
}

/** What the thread answers; undefined if it does not in time, or ends. */
async function ask (worker: Worker, question: { frames: Buffer[], maxBody: number }, patience: number): Promise<Uint8Array | false | string | undefined> {
  worker.postMessage(question)
  const answer = once(worker, 'message', { signal: AbortSignal.timeout(patience) })
  return await answer.then(([answer]: (Uint8Array | false | string)[]) => answer, () => undefined)
}
