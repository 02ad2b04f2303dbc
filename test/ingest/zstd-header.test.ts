import t from 'tap'
import { findFrames } from '../../src/ingest/zstd-header.js'
import { zstdFrame } from '../fixtures/zstd-frame.js'
import { readRequest } from '../wire.js'

const maxBody = 1000
const plain = Buffer.from('{"a":1}')

t.test('frames are found by their headers, skippable ones left out', async (t) => {
  const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
  const first = zstdFrame([plain, { byte: 65, times: 9 }])
  const second = zstdFrame([plain], { contentSize: 7, checksum: true })

  t.same(findFrames(Buffer.concat([first, skippable, second]), { maxBody }), [
    { start: 0, end: first.length },
    { start: first.length + skippable.length, end: first.length + skippable.length + second.length }
  ])
})

for (const name of ['fluent-bit/json-zstd', 'vector/json-array-zstd']) {
  t.test(`${name} is one frame`, async (t) => {
    const { body } = readRequest(name)

    t.same(findFrames(body, { maxBody: 1_000_000 }), [{ start: 0, end: body.length }])
  })
}

const tooLarge: [string, Buffer][] = [
  ['two gigabytes in nine bytes', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0x80])],
  ['more than a number holds', zstdFrame([plain], { contentSize: 2 ** 60 })],
  ['a window of a gigabyte', zstdFrame([plain], { window: 0xa0 })],
  ['too much in two frames together', Buffer.concat([zstdFrame([plain], { contentSize: 600 }), zstdFrame([plain], { contentSize: 600 })])]
]
for (const [title, body] of tooLarge) {
  t.test(`a header that claims ${title} is refused`, async (t) => {
    t.throws(() => { findFrames(body, { maxBody }) }, { code: 'ERR_BUFFER_TOO_LARGE' })
  })
}

const sizes: [string, number[], boolean][] = [
  ['one byte', [0x20, 200], true],
  ['two bytes, from 256 on', [0x60, 0, 1], true],
  ['two bytes, too large', [0x60, 0, 3], false],
  ['four bytes behind a dictionary of none', [0xa1, 0, 0xe8, 3, 0, 0], true]
]
for (const [title, header, taken] of sizes) {
  t.test(`a content size of ${title} is ${taken ? 'taken' : 'refused'}`, async (t) => {
    const body = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...header]), Buffer.from([1, 0, 0])])

    if (taken) t.equal(findFrames(body, { maxBody }).length, 1)
    else t.throws(() => { findFrames(body, { maxBody }) }, { code: 'ERR_BUFFER_TOO_LARGE' })
  })
}

const broken: [string, Buffer, RegExp][] = [
  ['another magic number behind a frame', Buffer.concat([zstdFrame([plain]), Buffer.from('rest')]), /does not start as one/],
  ['a reserved bit', zstdFrame([plain], { descriptor: 8 }), /reserved/],
  ['a dictionary', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x21, 5, 0, 1, 0, 0]), /dictionary/],
  ['a block of no known kind', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58, 7, 0, 0]), /no known kind/],
  ['a block that is too large', zstdFrame([{ byte: 0, times: 131_073 }]), /too large/],
  ['a thousand and one frames', Buffer.concat(Array<Buffer>(1001).fill(zstdFrame([Buffer.alloc(0)]))), /too many/],
  ['a skippable frame that is cut off', Buffer.from([0x50, 0x2a, 0x4d, 0x18, 9, 0, 0, 0]), /cut off/]
]
for (const [title, body, message] of broken) {
  t.test(`${title} is refused`, async (t) => {
    t.throws(() => { findFrames(body, { maxBody }) }, { message })
  })
}

t.test('a frame that is cut off anywhere is refused', async (t) => {
  const body = zstdFrame([plain], { contentSize: 7, checksum: true })

  for (let size = 1; size < body.length; size++) t.throws(() => { findFrames(body.subarray(0, size), { maxBody }) }, { message: /cut off/ })
})
