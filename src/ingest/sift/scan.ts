import type { Body } from '../body.js'
import type { Kernel } from './kernel.js'

/** What was seen of a body without decoding it. */
export interface Scan {
  /** Position times `numberRange` and a text's number, in ascending order: where texts stand. */
  hits: Float64Array
  /** Where there were too many of them to be told. */
  blind: Stretch[]
  /** Undefined when nobody asked, or when the bytes are not such that quotes and brackets alone tell. */
  outline?: Outline | undefined
}

/** Where the values of a walk end. */
export interface Outline {
  /** The positions behind each bracket that leaves no more than `base` open. */
  ends: number[]
  /** Of each whether `},{` stands there, so that nobody has to look at these bytes again. */
  plain: boolean[]
}

export interface Stretch { from: number, to: number }

/** A walk through JSON values, from a position on. */
export interface Walk {
  from: number
  /** How many brackets stay open between two records: 1 inside an array, 0 where objects follow each other. */
  base: number
  /** With more positions than this it gives up. */
  maxEnds: number
}

export const numberRange = 65536

/** Looks at a body window by window. Each begins with the last 64 bytes of the one before, so that every text stands whole in one. */
export function scan (kernel: Kernel, body: Body, { searches, walk }: { searches: boolean, walk?: Walk | undefined }): Scan {
  const { window, hits, ends } = kernel
  const windowBytes = window.length - overlap
  const stride = windowBytes - overlap
  const found: number[] = []
  const blind: Stretch[] = []
  let outline: Outline | undefined = walk === undefined ? undefined : { ends: [], plain: [] }
  if (!searches && walk === undefined) return { hits: none, blind }
  kernel.start()
  for (let base = 0, known = 0; base + known < body.length; base += stride, known = overlap) {
    if (known > 0) window.copyWithin(0, stride, windowBytes)
    const size = known + body.copy(base + known, window.subarray(known, windowBytes))
    window.fill(0, size, size + overlap)
    if (searches) {
      const count = kernel.search(size)
      if (count === -1) blind.push({ from: base, to: base + size })
      for (let i = 0; i < count; i++) found.push((base + (hits[2 * i] as number)) * numberRange + (hits[2 * i + 1] as number))
    }
    if (walk === undefined || outline === undefined || base + size <= walk.from) continue
    if (base + known < walk.from) window.fill(0x20, known, walk.from - base)
    const count = kernel.walk(known, size, walk.base)
    if (count === -1 || outline.ends.length + count > walk.maxEnds) {
      outline = undefined
      continue
    }
    for (let i = 0; i < count; i++) {
      const end = ends[i] as number
      outline.ends.push(base + end)
      outline.plain.push(window[end] === 0x2c && window[end - 1] === 0x7d && window[end + 1] === 0x7b)
    }
  }
  if (outline !== undefined && !kernel.isOutside()) outline = undefined
  return { hits: Float64Array.from(found).sort(), blind, outline }
}

const overlap = 64
const none = new Float64Array()
