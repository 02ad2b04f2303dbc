import type { Kernel, SiftText } from './kernel.js'
import { createPlainKernel } from './plain-kernel.js'
import { createWasmKernel } from './wasm-kernel.js'

/** The fast one, or a plain one that answers the same where there is no WebAssembly with SIMD, or more texts than it has room for. */
export function createKernel (texts: readonly SiftText[], create: (texts: readonly SiftText[]) => Kernel = createWasmKernel): Kernel {
  try {
    return create(texts)
  } catch {
    return createPlainKernel(texts)
  }
}
