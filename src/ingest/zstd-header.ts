import { TooLarge } from './too-large.js'

/** One zstd frame of a body; skippable frames are left out. */
export interface ZstdFrame {
  start: number
  end: number
}

/**
 * Finds the frames of a zstd body by their headers and their blocks' headers, before anything is allocated.
 *
 * Throws `TooLarge` where a header claims more than `maxBody` bytes of content, or a window of more than `maxWindow`;
 * `Error` where the stream is cut off, broken, or needs a dictionary.
 */
export function findFrames (body: Buffer, { maxBody, maxWindow = Math.max(maxBody, 8 * 1024 * 1024) }: { maxBody: number, maxWindow?: number }): ZstdFrame[] {
  const frames: ZstdFrame[] = []
  let claimed = 0
  for (let at = 0; at < body.length;) {
    const magic = read(body, at, 4)
    if (magic >>> 4 === 0x184d2a5) {
      at += 8 + read(body, at + 4, 4)
      if (at > body.length) throw cutOff()
      continue
    }
    if (magic !== 0xfd2fb528) throw new Error('a frame does not start as one')
    const header = readHeader(body, at + 4)
    claimed += header.content
    if (claimed > maxBody || header.window > maxWindow) throw new TooLarge()
    if (frames.length === maxFrames) throw new Error('it has too many frames')
    const end = skipBlocks(body, header.end) + header.checksum
    if (end > body.length) throw cutOff()
    frames.push({ start: at, end })
    at = end
  }
  return frames
}

/** A frame costs a call, whatever is in it. */
const maxFrames = 1000

interface Header {
  /** Content size, 0 if the header does not say. */
  content: number
  window: number
  checksum: number
  /** Where the first block starts. */
  end: number
}

function readHeader (body: Buffer, at: number): Header {
  const descriptor = read(body, at++, 1)
  if ((descriptor & 8) !== 0) throw new Error('a reserved bit is set')
  const single = (descriptor & 0x20) !== 0
  const exponent = single ? 0 : read(body, at, 1)
  if (!single) at++
  const dictionary = [0, 1, 2, 4][descriptor & 3] as number
  if (dictionary > 0 && read(body, at, dictionary) !== 0) throw new Error('it needs a dictionary')
  at += dictionary
  const size = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] as number
  const content = readContent(body, at, size)
  const base = 2 ** (10 + (exponent >> 3))
  return { content, window: single ? content : base + (base / 8) * (exponent & 7), checksum: (descriptor & 4) === 0 ? 0 : 4, end: at + size }
}

function readContent (body: Buffer, at: number, size: number): number {
  if (size === 0) return 0
  if (size === 8) return read(body, at, 4) + read(body, at + 4, 4) * 2 ** 32
  return read(body, at, size) + (size === 2 ? 256 : 0)
}

/** Where the last block of a frame ends. */
function skipBlocks (body: Buffer, at: number): number {
  for (;;) {
    const header = read(body, at, 3)
    const type = (header >> 1) & 3
    const size = header >> 3
    if (type === 3 || size > 131072) throw new Error('a block is of no known kind or too large')
    at += 3 + (type === 1 ? 1 : size)
    if ((header & 1) === 1) return at
  }
}

function read (body: Buffer, at: number, size: number): number {
  if (at + size > body.length) throw cutOff()
  return body.readUIntLE(at, size)
}

function cutOff (): Error {
  return new Error('it is cut off')
}
