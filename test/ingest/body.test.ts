import fc from 'fast-check'
import t from 'tap'
import { Body } from '../../src/ingest/body.js'

const bytes = fc.constantFrom(0x20, 0x0a, 0x09, 0x0d, 0x61, 0x62, 0)
const parts = fc.array(fc.array(bytes, { maxLength: 6 }).map((part) => Buffer.from(part)), { maxLength: 8, size: 'max' })

t.test('parts are as good as one piece', async (t) => {
  fc.assert(fc.property(parts, fc.array(fc.tuple(fc.nat(50), fc.nat(50), bytes)), (parts, questions) => {
    const whole = Buffer.concat(parts)
    const body = new Body(parts)

    t.equal(body.length, whole.length)
    for (const [from, length, byte] of questions) {
      t.equal(body.at(from), whole[from] ?? -1)
      t.same(body.slice(from, from + length), whole.subarray(from, from + length))
      t.equal(body.indexOf(byte, from), from < whole.length ? whole.indexOf(byte, from) : -1)
      t.equal(body.skipBlanks(from), Math.max(from > whole.length ? whole.length : from, firstOf(whole, from)))
      const target = Buffer.alloc(length)
      const copied = body.copy(from, target)
      t.same(target.subarray(0, copied), whole.subarray(from, from + length))
    }
    t.same(body.whole(), whole)
    t.same(body.slice(1, 3), whole.subarray(1, 3))
  }))
})

t.test('what lies in one part is not copied', async (t) => {
  const part = Buffer.from('0123456789')

  t.equal(new Body([Buffer.from('x'), part]).slice(3, 5).buffer, part.buffer)
  t.equal(new Body([part]).whole(), part)
  const body = new Body([part, part])
  t.equal(body.whole(), body.whole())
})

t.test('all of it can be given back', async (t) => {
  const parts = [Buffer.alloc(10_000), Buffer.alloc(20_000)]
  const body = new Body(parts)
  const whole = body.whole()

  body.giveBack()
  new Body([]).giveBack()

  t.same([...parts, whole].map(({ length }) => length), [0, 0, 0])
})

t.test('before the beginning there is nothing', async (t) => {
  t.equal(new Body([Buffer.from('x')]).at(-1), -1)
})

function firstOf (whole: Buffer, from: number): number {
  const found = whole.subarray(from).findIndex((byte) => ![0x20, 0x0a, 0x0d, 0x09].includes(byte))
  return found === -1 ? whole.length : from + found
}
