import { promisify } from 'node:util'
import { gunzip, gzipSync } from 'node:zlib'
import t from 'tap'
import { TooLarge } from '../../src/ingest/too-large.js'

t.test('has the code of zlib\'s own error', async (t) => {
  const error = await promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)(gzipSync(Buffer.alloc(99)), { maxOutputLength: 1 }).catch((error: unknown) => error)

  t.equal(new TooLarge().code, (error as NodeJS.ErrnoException).code)
})
