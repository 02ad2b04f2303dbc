import t from 'tap'
import { createKernel } from '../../../src/ingest/sift/create-kernel.js'
import { siftText, searchOnce } from './kernels.js'

t.test('where there is no WebAssembly with SIMD a plain kernel does the same', async (t) => {
  const texts = [siftText('nslookup.exe', 1)]

  const kernels = [createKernel(texts), createKernel(texts, () => { throw new TypeError('no WebAssembly') })]

  t.not(kernels[0]?.search, kernels[1]?.search)
  for (const kernel of kernels) t.same(searchOnce(kernel, 'C:\\NSLookup.exe'), [[3, 1]])
})
