import fc from 'fast-check'
import t from 'tap'
import { Ledger } from '../../src/store/ledger.js'

const everything = { records: 1000, bytes: 1e9 }

t.test('each output has its own cursor, and what all have passed is dropped', async (t) => {
  const ledger = new Ledger()
  ledger.name(['siem', 'disk'])
  for (const bytes of [10, 20, 30]) ledger.append(bytes, bytes)

  t.ok(ledger.advance('siem', 2))
  t.strictSame(ledger.drop(), [])
  t.ok(ledger.advance('disk', 1))

  t.strictSame(ledger.drop(), [1])
  t.equal(ledger.start, 1)
  t.strictSame(ledger.next('siem', everything), [3])
  t.strictSame(ledger.next('disk', everything), [2, 3])
  t.strictSame(ledger.backlog('disk'), { records: 2, bytes: 50, oldest: 20 })
  t.equal(ledger.bytesAt(3), 30)
})

t.test('a cursor moves neither back nor beyond the newest', async (t) => {
  const ledger = new Ledger(5)
  ledger.name(['siem'])
  ledger.append(1, 1)

  t.ok(ledger.advance('siem', 99))
  t.notOk(ledger.advance('siem', 6))
  t.notOk(ledger.advance('siem', 1))
  t.equal(ledger.cursor('siem'), 6)
})

t.test('a new output begins behind the newest, a kept one where it was, within what there is', async (t) => {
  const ledger = new Ledger(5)
  ledger.append(1, 1)

  ledger.name(['new', 'kept', 'behind', 'beyond'], new Map([['kept', 5], ['behind', 2], ['beyond', 9]]))

  t.strictSame([...ledger.cursors], [['new', 6], ['kept', 5], ['behind', 5], ['beyond', 6]])
})

t.test('it does what a plain list does', async (t) => {
  const action = fc.oneof(
    fc.record({ append: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ output: fc.constantFrom('a', 'b'), by: fc.nat({ max: 4 }) })
  )
  const law = fc.property(fc.array(action, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 20 }), (actions, records, bytes) => {
    const ledger = new Ledger()
    ledger.name(['a', 'b'])
    const sizes: number[] = []
    const cursors = { a: 0, b: 0 }
    for (const action of actions) {
      if ('append' in action) {
        sizes.push(action.append)
        ledger.append(action.append, sizes.length)
      } else {
        const output = action.output as 'a' | 'b'
        cursors[output] = Math.min(cursors[output] + action.by, sizes.length)
        ledger.advance(output, cursors[output])
      }
      ledger.drop()
      for (const output of ['a', 'b'] as const) {
        const waiting = sizes.slice(cursors[output])
        let sum = 0
        const next = waiting.slice(0, records).filter((size, i) => (sum += size) <= bytes || i === 0)
        if (ledger.next(output, { records, bytes }).length !== next.length) throw new Error('next')
        if (ledger.backlog(output).bytes !== waiting.reduce((total, size) => total + size, 0)) throw new Error('bytes')
        if (ledger.backlog(output).oldest !== (waiting.length > 0 ? cursors[output] + 1 : undefined)) throw new Error('oldest')
      }
      if (ledger.start !== Math.min(sizes.length, cursors.a, cursors.b)) throw new Error('start')
    }
  })
  t.doesNotThrow(() => fc.assert(law))
})

t.test('an output that it was not given is a mistake of the caller', async (t) => {
  t.throws(() => new Ledger().backlog('desk'), /desk/)
})
