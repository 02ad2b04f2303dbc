import t from 'tap'
import { findTransfer, giveBack } from '../../src/ingest/give-back.js'

/** Nobody can take its buffer away. */
const Memory = WebAssembly.Memory as unknown as new (size: { initial: number }) => { buffer: ArrayBuffer }

t.test('bytes with a buffer of their own are gone at once', async (t) => {
  const bytes = Buffer.alloc(100_000, 'x')
  const slice = bytes.subarray(10, 20)

  giveBack(bytes)

  t.equal(bytes.length, 0)
  t.equal(bytes.buffer.byteLength, 0)
  t.equal(slice.length, 0)
})

t.test('what is a part of something larger stays', async (t) => {
  const whole = Buffer.alloc(10, 'x')

  for (const part of [whole.subarray(1), whole.subarray(0, 9), Buffer.alloc(0)]) giveBack(part)

  t.equal(whole.toString(), 'xxxxxxxxxx')
})

t.test('memory does not grow by what is given back', async (t) => {
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  for (let i = 0; i < 1_000; i++) {
    const bytes = Buffer.alloc(2 ** 20)
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    giveBack(bytes)
  }

  t.ok(most < 2 ** 22, `${most} bytes at most`)
})

t.test('where the language has it, nothing is looked for', async (t) => {
  const native = () => new ArrayBuffer(0)

  t.equal(findTransfer(native), native)
  t.not(findTransfer(undefined), undefined)
})

t.test('what cannot be given back stays, and nothing fails', async (t) => {
  const bytes = Buffer.from(new Memory({ initial: 1 }).buffer)

  giveBack(bytes)
  findTransfer(undefined, () => undefined).call(new ArrayBuffer(1), 0)

  t.equal(bytes.length, 65_536)
})
