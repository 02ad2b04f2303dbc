import { setFlagsFromString } from 'node:v8'

export interface HeapOptions {
  /** Bytes of the heap in use. */
  used?: () => number
  setFlag?: (flag: string) => void
  /** Milliseconds from one look to the next. */
  every?: number
}

/**
 * Tells V8 what it cannot know of this process.
 *
 * It shall not guess what lives long: where most of what a piece of code makes survived a collection or two, by chance in
 * the middle of a batch, it has all of that made as old from then on, and whatever such things hold, whole records for
 * one, survives with them until the whole heap is collected. In four of ten processes matches cost a third more.
 *
 * And it shall not collect the whole heap every few batches, until the function that it gives is called. It does so when
 * the old space and the bytes outside of the heap, those of bodies already taken among them, come to a limit; but it
 * sets the limit by how fast the old space alone fills, so a small heap (30 MB) is granted as little as a tenth more than
 * what lives, which is less than the bodies of two batches. Here a small heap may grow to the four times that V8
 * grants at most (`MemoryController` in its heap/memory-controller.cc); a larger one has room enough by itself.
 */
export function tuneHeap ({ used = () => process.memoryUsage().heapUsed, setFlag = setFlagsFromString, every = 1_000 }: HeapOptions = {}): () => void {
  setFlag('--no-allocation-site-pretenuring')
  let last = -1
  const look = () => {
    const percent = used() < small ? most : 0
    if (percent === last) return
    last = percent
    setFlag(`--heap-growing-percent=${percent}`)
  }
  look()
  const timer = setInterval(look, every).unref()
  return () => clearInterval(timer)
}

const small = 256 * 1024 * 1024
/** By which a heap may grow; 0 leaves it to V8. */
const most = 300
