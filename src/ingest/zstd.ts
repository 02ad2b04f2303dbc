import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { TooLarge } from './too-large.js'
import { findFrames } from './zstd-header.js'
import { createZstdThread, type InflateFrames } from './zstd-thread.js'

/** node:zlib's `zstdDecompress`, which Node has from 22.15 on. */
export type NativeZstd = (body: Buffer, options: { maxOutputLength: number, chunkSize: number }, done: (error: Error | null, plain: Buffer) => void) => void

/**
 * Inflates zstd frames, at most `maxBody` bytes, off the main thread. Rejects with `TooLarge`, or an error that says what is broken.
 *
 * The headers are read first: a frame may claim gigabytes in nine bytes.
 */
export async function inflateZstd (body: Buffer, { maxBody, native = built }: { maxBody: number, native?: NativeZstd | null }): Promise<Buffer> {
  const frames = findFrames(body, { maxBody }).map(({ start, end }) => body.subarray(start, end))
  return await (native == null ? thread : inflateNative(native))(frames, maxBody)
}

const built = (zlib as { zstdDecompress?: NativeZstd }).zstdDecompress
const thread = createZstdThread()

/** One frame at a time: node:zlib stops behind the first. */
function inflateNative (native: NativeZstd): InflateFrames {
  const decompress = promisify(native)
  return async (frames, maxBody) => {
    const parts: Buffer[] = []
    let left = maxBody
    for (const frame of frames) {
      const part = await decompress(frame, { maxOutputLength: Math.max(1, left), chunkSize: 65536 })
      left -= part.length
      if (left < 0) throw new TooLarge()
      parts.push(part)
    }
    return Buffer.concat(parts)
  }
}
