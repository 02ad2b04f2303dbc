import { kernelBytes } from './kernel-bytes.js'
import type { Kernel, SiftText } from './kernel.js'
import { entriesAt, writeTables } from './text-table.js'

/** The kernel of assembly/kernel.ts with memory of its own. Throws where there is no WebAssembly, or none with SIMD. */
export function createWasmKernel (texts: readonly SiftText[]): Kernel {
  compiled ??= new WebAssembly.Module(Buffer.from(kernelBytes, 'base64'))
  const { memory, search, start, walk, isOutside } = new WebAssembly.Instance(compiled).exports as unknown as Exports
  const tables = writeTables(texts)
  memory.grow(Math.ceil(tables.entries.length / 65536))
  const bytes = new Uint8Array(memory.buffer)
  bytes.set(tables.head)
  bytes.set(tables.entries, entriesAt)
  return {
    window: bytes.subarray(windowAt, windowAt + windowBytes + 64),
    search: (size) => search(size, tables.stride, tables.hasShorts),
    hits: new Uint32Array(memory.buffer, hitsAt, 2 * 4096),
    start,
    walk,
    ends: new Uint32Array(memory.buffer, endsAt, windowBytes),
    isOutside: () => isOutside() === 1
  }
}

interface Exports extends Pick<Kernel, 'start' | 'walk'> {
  memory: WebAssembly.Memory
  search: (size: number, stride: 4 | 8, hasShorts: boolean) => number
  isOutside: () => number
}

let compiled: WebAssembly.Module | undefined

// As assembly/kernel.ts has them.
const windowAt = 65536
const windowBytes = 65536
const hitsAt = 132096
const endsAt = 164864
