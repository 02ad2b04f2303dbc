import { readFile } from 'node:fs/promises'
import asc from 'assemblyscript/asc'

/** The bytes that the compiler makes of assembly/kernel.ts; a fault is thrown with what it says. */
export async function compileKernel () {
  const source = await readFile(new URL('../assembly/kernel.ts', import.meta.url), 'utf8')
  const outputs = new Map()
  const { error, stderr } = await asc.main(
    ['kernel.ts', '--outFile', 'kernel.wasm', '-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--initialMemory', '7'],
    { readFile: (name) => name === 'kernel.ts' ? source : null, writeFile: (name, bytes) => outputs.set(name, bytes), listFiles: () => [] }
  )
  if (error !== null) throw new Error(stderr.toString(), { cause: error })
  return Buffer.from(outputs.get('kernel.wasm'))
}
