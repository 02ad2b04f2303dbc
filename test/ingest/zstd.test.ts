import t from 'tap'
import { inflateZstd, type NativeZstd } from '../../src/ingest/zstd.js'
import { inflateFrames } from '../../src/ingest/zstd-thread.js'
import { Decompress } from 'fzstd'
import { zstdFrame } from '../fixtures/zstd-frame.js'

/** Does what node:zlib's function does, on a Node that has none. */
const native: NativeZstd = (body, { maxOutputLength }, done) => {
  const plain = inflateFrames([body], maxOutputLength, Decompress)
  if (plain instanceof Uint8Array) done(null, Buffer.from(plain))
  else done(plain === false ? Object.assign(new RangeError('large'), { code: 'ERR_BUFFER_TOO_LARGE' }) : new Error(plain), Buffer.alloc(0))
}

const frames = Buffer.concat([zstdFrame([Buffer.from('abc')]), zstdFrame([{ byte: 0x64, times: 3 }])])

for (const [title, options] of [['without zstd in node:zlib', { native: null }], ['with it', { native }], ['with what this Node has', {}]] as const) {
  t.test(`several frames become one body, ${title}`, async (t) => {
    t.equal((await inflateZstd(frames, { maxBody: 6, ...options })).toString(), 'abcddd')
  })

  t.test(`more than maxBody bytes are refused, ${title}`, async (t) => {
    for (const maxBody of [2, 3, 5]) await t.rejects(inflateZstd(frames, { maxBody, ...options }), { code: 'ERR_BUFFER_TOO_LARGE' })
  })

  t.test(`a broken block is refused, ${title}`, async (t) => {
    const broken = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58, 0x25, 0, 0]), Buffer.alloc(4, 0xff)])

    await t.rejects(inflateZstd(broken, { maxBody: 1000, ...options }))
  })
}

t.test('a frame of one byte is too much behind a body that is full', async (t) => {
  const body = Buffer.concat([zstdFrame([Buffer.from('abc')]), zstdFrame([Buffer.from('d')])])

  await t.rejects(inflateZstd(body, { maxBody: 3, native }), { code: 'ERR_BUFFER_TOO_LARGE' })
  t.equal((await inflateZstd(Buffer.concat([zstdFrame([Buffer.from('abc')]), zstdFrame([Buffer.alloc(0)])]), { maxBody: 3, native })).length, 3)
})

t.test('headers are read before anything is inflated', async (t) => {
  await t.rejects(inflateZstd(zstdFrame([], { contentSize: 2 ** 31 }), { maxBody: 1000, native: () => t.fail() }), { code: 'ERR_BUFFER_TOO_LARGE' })
})
