import fc from 'fast-check'
import t from 'tap'
import { PackedReader, PackedWriter } from '../../src/core/packed.js'
import type { Scalar } from '../../src/core/fields.js'

/** It is used again and again. */
const writer = new PackedWriter()

t.test('what was put in comes out, in its order', async (t) => {
  const values: (Scalar | undefined)[] = [
    '', 'a', 'nslookup.exe', 'x'.repeat(95), 'x'.repeat(96), 'x'.repeat(5000), 'straße', 'имя', '\ud800', '😀', '\u0000',
    0, 1, 47, 48, 127, 128, 4711, Date.UTC(2026, 2, 2), Number.MAX_SAFE_INTEGER, -1, 0.5, 1e300, Infinity, -Infinity,
    true, false, undefined, '4711', 'true',
    '0123456789abcdef', '0123456789ABCDEF', '0123456789abcdeF', '0123456789abcdeg', '0123456789012345',
    '0b1e2d3c-0000-4000-a000-0123456789ab', '0B1E2D3C-0000-4000-A000-0123456789AB', '0b1e2d3c-0000-4000-a000_0123456789ab', '0b1e2d3c-0000-4000-a0000123456789ab12',
    '{0b1e2d3c-0000-4000-a000-0123456789ab}', '{0B1E2D3C-0000-4000-A000-0123456789AB}', '(0b1e2d3c-0000-4000-a000-0123456789ab)'
  ]

  t.strictSame(read(pack(values)), values)
  t.strictSame(read(pack([...values, ...values])), [...values, ...values], 'twice as well')
})

t.test('that holds of any values, however many', async (t) => {
  const digits = fc.array(fc.constantFrom(...'0123456789abcdefABCDEF-{}'), { minLength: 16, maxLength: 38, size: 'max' }).map((characters) => characters.join(''))
  const value = fc.oneof(
    fc.string({ maxLength: 200, unit: 'binary', size: 'max' }), fc.string({ maxLength: 3 }), digits, fc.uuid(), fc.uuid().map((uuid) => `{${uuid.toUpperCase()}}`),
    fc.double({ noNaN: true }).filter((number) => !Object.is(number, -0)), fc.maxSafeInteger(), fc.nat({ max: 60 }), fc.boolean(), fc.constant(undefined)
  )
  const law = fc.property(fc.array(value, { maxLength: 150, size: 'max' }), (values) => {
    const taken = read(pack(values))
    return taken.length === values.length && taken.every((one, i) => Object.is(one, values[i]))
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: 1000 }))
})

t.test('its characters have one byte, and it survives JSON', async (t) => {
  const packed = pack(['имя', '\ud800', 1e15, '\u00ff'])

  t.match(packed, /^[\0-\xff]*$/)
  t.strictSame(read(JSON.parse(JSON.stringify(packed)) as string), ['имя', '\ud800', 1e15, '\u00ff'])
})

t.test('it is small', async (t) => {
  const cases: [title: string, values: Scalar[], length: number][] = [
    ['a short text takes a byte more than it has', ['nslookup.exe'], 13],
    ['a text that came before takes one', ['nslookup.exe', 'nslookup.exe'], 14],
    ['a number that came before as well', [1e15, 1e15, 0.1, 0.1], 16],
    ['a small number takes one', [47], 1],
    ['a time takes seven', [Date.UTC(2026, 2, 2)], 7],
    ['a hash of ours takes nine', ['0123456789abcdef'], 9],
    ['a UUID takes seventeen', ['0b1e2d3c-0000-4000-a000-0123456789ab'], 17],
    ['as Windows writes it too', ['{0B1E2D3C-0000-4000-A000-0123456789AB}'], 17]
  ]
  for (const [title, values, length] of cases) t.equal(pack(values).length, length, title)
})

function pack (values: readonly (Scalar | undefined)[]): string {
  for (const value of values) writer.put(value)
  return writer.finish()
}

function read (packed: string): (Scalar | undefined)[] {
  const reader = new PackedReader(packed)
  const values: (Scalar | undefined)[] = []
  while (!reader.isAtEnd) values.push(reader.take())
  return values
}
