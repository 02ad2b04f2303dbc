import t from 'tap'
import { compileKernel } from '../../../scripts/compile-kernel.js'
import { kernelBytes } from '../../../src/ingest/sift/kernel-bytes.js'

t.test('the kernel is what the compiler makes of its source: else `npm run kernel`', async (t) => {
  t.equal((await compileKernel()).toString('base64'), kernelBytes)
})
