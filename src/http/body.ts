import type { Readable } from 'node:stream'

import { Refusal } from '../errors.js'
import { Body } from '../ingest/body.js'
import type { Hold } from '../pipeline/in-flight.js'

/** The client went away, or was too slow, before its body was complete: there is nobody to answer. */
export class Aborted extends Error {
  override readonly name = 'Aborted'
}

export interface ReadLimits {
  /** The most bytes of the body as it is sent, so before it is inflated. */
  maxBody: number
  /** Where the bytes are counted as in flight, from their arrival on. */
  hold: Hold
  /** Milliseconds for the whole body. */
  timeout: number
}

/**
 * Reads the raw bytes of a request whole. Rejects with a `Refusal` at the first byte too many; the rest is not read
 * then, see `drain`. Rejects with `Aborted` when the client goes away or takes too long.
 */
export function readBody (payload: Readable, { maxBody, hold, timeout }: ReadLimits): Promise<Body> {
  return new Promise((resolve, reject) => {
    const blocks = new Blocks()
    const timer = setTimeout(() => end(new Aborted(`the body was not complete after ${timeout} ms`)), timeout)

    payload.on('data', take).on('end', end).on('error', fail).on('close', fail)

    function take (chunk: Buffer): void {
      if (blocks.bytes + chunk.length > maxBody) {
        end(new Refusal(413, 'TRIPLINE_BODY_TOO_LARGE', `the body is larger than limits.max_body, ${maxBody} bytes, even before it is inflated: send smaller batches or raise the limit`))
      } else if (!hold.grow(chunk.length)) {
        end(new Refusal(503, 'TRIPLINE_BUSY', 'too many bytes are in flight (limits.in_flight): send the batch again', 1))
      } else {
        blocks.add(chunk)
      }
    }

    function fail (): void {
      end(new Aborted('the client went away before its body was complete'))
    }

    function end (error?: Error): void {
      clearTimeout(timer)
      payload.off('data', take).off('end', end).off('error', fail).off('close', fail)
      // A later error of the stream has nobody left to tell, and must not end the process.
      payload.on('error', () => {})
      if (error === undefined) return resolve(blocks.seal())
      payload.pause()
      reject(error)
    }
  })
}

/**
 * Reads what is left of a request and throws it away, so that the client gets to read its answer instead of a broken
 * pipe; at most `bytes`, and until `signal`. Never rejects.
 */
export function drain (request: Readable, { bytes, signal }: { bytes: number, signal: AbortSignal }): Promise<void> {
  return new Promise((resolve) => {
    if (request.readableEnded || request.destroyed || signal.aborted) return resolve()
    let left = bytes
    request.unpipe()
    request.on('data', count).on('end', end).on('error', end).on('close', end)
    signal.addEventListener('abort', end)
    request.resume()

    function count (chunk: Buffer): void {
      left -= chunk.length
      if (left < 0) end()
    }

    function end (): void {
      request.off('data', count).off('end', end).off('close', end)
      signal.removeEventListener('abort', end)
      request.pause()
      resolve()
    }
  })
}

const blockBytes = 65_536
const largeChunk = 4_096

/** Chunks of one byte each would cost a hundred times their size as buffers of their own: small ones share a block. */
class Blocks {
  bytes = 0
  readonly #parts: Buffer[] = []
  #block = Buffer.alloc(0)
  #used = 0

  add (chunk: Buffer): void {
    this.bytes += chunk.length
    if (chunk.length >= largeChunk) {
      this.#seal()
      this.#parts.push(chunk)
      return
    }
    if (this.#used + chunk.length > this.#block.length) {
      this.#seal()
      this.#block = Buffer.allocUnsafeSlow(blockBytes)
    }
    chunk.copy(this.#block, this.#used)
    this.#used += chunk.length
  }

  seal (): Body {
    this.#seal()
    return new Body(this.#parts)
  }

  #seal (): void {
    if (this.#used === 0) return
    this.#parts.push(this.#block.subarray(0, this.#used))
    this.#block = this.#block.subarray(this.#used)
    this.#used = 0
  }
}
