import fc from 'fast-check'
import t from 'tap'
import { Groups, type GroupsOptions, type Packed, type Ranked } from '../../src/core/groups.js'

interface Entry extends Ranked { hasAlert: boolean }

t.test('a group is there until no match has arrived for its lifetime', async (t) => {
  const { groups, gone } = tableOf({ lifetime: 100 })
  const group = groupOf('a', { lastArrival: 10 })
  groups.add(group, 10)

  t.same(groups.get('a', 110), group)
  t.equal(groups.get('b', 110), undefined)
  t.equal(groups.size, 1)
  t.same([...groups.values()], [group])

  t.equal(groups.get('a', 111), undefined)
  t.equal(groups.size, 0)
  t.same(gone, ['a expired'])
})

t.test('a group with an open alert does not expire', async (t) => {
  const { groups, gone } = tableOf({ lifetime: 100 })
  for (const key of ['a', 'b', 'c', 'd']) groups.add(groupOf(key, { lastArrival: 0, hasAlert: key === 'b' }), 0)
  groups.add(groupOf('e', { lastArrival: 50 }), 50)

  groups.expire(101, 2)
  t.same(gone, ['a expired', 'c expired'], 'of the others so many as were asked for')
  groups.expire(101, 10)

  t.same([...groups.keys()], ['b', 'e'])
  t.ok(groups.get('b', 1e9))
})

t.test('when full, one group goes for each that comes', async (t) => {
  const cases: [title: string, table: Record<string, Partial<Entry>>, gone: string][] = [
    ['an expired one first', { a: { hits: 9, lastArrival: 0 }, b: { hits: 0 } }, 'a expired'],
    ['then the one with the fewest hits', { a: { hits: 3 }, b: { hits: 2 }, c: { hits: 3 } }, 'b evicted'],
    ['of equal hits the least recently used', { a: { hits: 2 }, b: { hits: 2 } }, 'a evicted'],
    ['more hits than the threshold are worth no more', { a: { hits: 90 }, b: { hits: 10 } }, 'a evicted'],
    ['an open alert last', { a: { hits: 1, hasAlert: true }, b: { hits: 9 } }, 'b evicted'],
    ['an expired one though open alerts stand before it', { a: { hasAlert: true, lastArrival: 0 }, b: { hits: 9, lastArrival: 0 } }, 'b expired'],
    ['of open alerts the longest silent', { a: { hasAlert: true }, b: { hasAlert: true } }, 'a evicted']
  ]
  for (const [title, table, expected] of cases) {
    const { groups, gone } = tableOf({ capacity: Object.keys(table).length, threshold: 10, lifetime: 500 })
    for (const [key, changes] of Object.entries(table)) groups.add(groupOf(key, { lastArrival: 600, ...changes }), 600)

    t.equal(groups.add(groupOf('new', { hits: 10, hasAlert: true, lastArrival: 700 }), 700), true, title)

    t.same(gone, [expected], title)
    t.ok(groups.get('new', 700))
  }
})

t.test('a match makes a group the most recently used', async (t) => {
  const { groups, gone } = tableOf({ capacity: 3 })
  const [a, b, c] = [groupOf('a'), groupOf('b'), groupOf('c')]
  for (const group of [a, b, c]) groups.add(group, 0)

  groups.touch(b)
  groups.touch(a)
  groups.add(groupOf('d'), 0)
  groups.add(groupOf('e'), 0)

  t.same(gone, ['c evicted', 'b evicted'])
})

t.test('an alert that closes lets its group go in its turn, and expire', async (t) => {
  const { groups, gone } = tableOf({ capacity: 2, lifetime: 100 })
  const group = groupOf('a', { hits: 2, hasAlert: true })
  groups.add(group, 0)
  groups.add(groupOf('b', { hits: 3, lastArrival: 90 }), 90)

  group.hasAlert = false
  groups.touch(group)
  groups.add(groupOf('c', { hits: 2, lastArrival: 95 }), 95)
  t.same(gone, ['a evicted'])
  groups.touch(group)

  t.same([...groups.values()].map(({ key }) => key), ['b', 'c'], 'a group that is gone has no rank')

  const other = groupOf('d', { hits: 9, hasAlert: true, lastArrival: 100 })
  groups.add(other, 100)
  groups.add(groupOf('e', { hits: 9, lastArrival: 150 }), 150)
  other.hasAlert = false
  groups.touch(other)
  groups.expire(250, 9)
  t.same(gone, ['a evicted', 'c evicted', 'b evicted'], 'after those that had a match before it closed')
  groups.expire(251, 9)
  t.same(gone.slice(3), ['e expired', 'd expired'])

  t.equal(groups.get('d', 251), undefined)
})

t.test('to whoever asks for it a group has expired to the ms, wherever it stands', async (t) => {
  const { groups, gone } = tableOf({ lifetime: 100 })
  const group = groupOf('a', { hasAlert: true })
  groups.add(group, 0)
  groups.add(groupOf('b', { lastArrival: 90 }), 90)
  group.hasAlert = false
  groups.touch(group)

  t.equal(groups.get('a', 100), group)
  t.equal(groups.get('a', 101), undefined)
  t.same(gone, ['a expired'])
})

t.test('a newcomer that all others outrank is refused, but its hits are remembered', async (t) => {
  const { groups, gone } = tableOf({ capacity: 1, threshold: 15, window: 1000 })
  groups.add(groupOf('busy', { hits: 3 }), 0)

  const admitted = [1, 2, 3].map((time) => groups.add(groupOf('back', { hits: 1 }), time))

  t.same(admitted, [false, false, true])
  t.same(gone, ['busy evicted'])
  t.equal(groups.get('back', 3)?.hits, 3)
})

t.test('the hits of a group that was evicted count when it comes again, and are forgotten after a window or two', async (t) => {
  const cases: [later: number, hits: number][] = [[0, 9], [999, 9], [1000, 9], [1999, 9], [2000, 1], [1e15, 1]]
  for (const [later, hits] of cases) {
    const { groups } = tableOf({ capacity: 1, window: 1000, lifetime: 1e16 })
    groups.add(groupOf('a', { hits: 8, lastArrival: 5000 }), 5000)
    groups.add(groupOf('b', { hits: 9, lastArrival: 5000 }), 5000)

    const again = groupOf('a', { hits: 1, hasAlert: true, lastArrival: 5000 + later })
    groups.add(again, 5000 + later)

    t.equal(again.hits, hits, `${later} ms later`)
  }
})

t.test('hits are remembered once, however often a group is evicted', async (t) => {
  const { groups } = tableOf({ capacity: 1, threshold: 100 })
  const hits: number[] = []
  for (let i = 0; i < 5; i++) {
    const group = groupOf('a', { hits: 1 })
    groups.add(group, 0)
    hits.push(group.hits)
    groups.add(groupOf(`other ${i}`, { hits: 50, hasAlert: true }), 0)
    groups.get(`other ${i}`, 0)!.hasAlert = false
    groups.touch(groups.get(`other ${i}`, 0)!)
    groups.add(groupOf(`more ${i}`, { hits: 100 }), 0)
    groups.get(`more ${i}`, 0)!.hits = 0
    groups.touch(groups.get(`more ${i}`, 0)!)
  }

  t.same(hits, [1, 2, 3, 4, 5])
})

t.test('a flood of invented hosts costs one that keeps hitting its own first few, however long it lasts', async (t) => {
  for (const each of [1, 3]) {
    const { groups } = tableOf({ capacity: 100, threshold: 15 })
    let lost = 0
    for (let i = 0; i < 30_000; i++) {
      groups.add(groupOf(`invented ${i}`, { hits: each }), 0)
      if (i % 200 > 0) continue
      const known = groups.get('real', 0)
      if (known === undefined) {
        lost++
        groups.add(groupOf('real'), 0)
      } else {
        known.hits++
        groups.touch(known)
      }
    }

    t.ok(lost <= 2 * each, `${lost} lost, of 150`)
    t.ok((groups.get('real', 0)?.hits ?? 0) > 140)
    t.equal(groups.size, 100)
  }
})

t.test('what was laid aside is looked at without being woken, and woken to be changed', async (t) => {
  const { groups, gone } = tableOf({ capacity: 20 }, true)
  for (let i = 0; i < 20; i++) groups.add(groupOf(`g${i}`, { hits: i, lastArrival: 5 }), 5)

  const looked = [...groups.values((hits) => hits > 17)]
  for (const group of looked) group.hits = 100
  const woken = groups.get('g18', 5) as Entry
  woken.hits++
  groups.touch(woken)
  woken.hits = 200

  t.same(looked.map(({ key }) => key), ['g18', 'g19'])
  t.match(groups.get('g18', 5), { key: 'g18', hits: 200, lastArrival: 5 }, 'it was odd, so it was not laid aside')
  t.match(groups.get('g16', 5), { key: 'g16', hits: 16, lastArrival: 5 })
  groups.add(groupOf('new', { hits: 50 }), 5)
  t.same(gone, ['g0 evicted'])
})

t.test('after a restart the last match of each has arrived just now', async (t) => {
  const { groups } = tableOf({ lifetime: 100 }, true)
  for (const [i, lastArrival] of [10, 20, 30, 40].entries()) groups.add(groupOf(`g${i}`, { hits: i, lastArrival, hasAlert: i === 3 }), 40)
  const later: Entry[] = []

  groups.arriveAll(25, (group) => later.push(group))

  t.same(later.map(({ key, lastArrival }) => [key, lastArrival]), [['g3', 25], ['g2', 25]])
  t.same([...groups.values()].map(({ lastArrival }) => lastArrival), [25, 25, 25, 25])
  t.ok(groups.get('g0', 125))
})

t.test('a table needs room for one group', async (t) => {
  const { groups } = tableOf({ capacity: 0 })

  t.throws(() => groups.add(groupOf('a'), 0), { name: 'RangeError' })
})

t.test('what goes is what a naive list would let go', async (t) => {
  const key = fc.nat({ max: 9 }).map((number) => `k${number}`)
  const step = fc.record({ key, wait: fc.nat({ max: 20 }), hits: fc.nat({ max: 30 }), alert: fc.constantFrom('none', 'none', 'none', 'toggle', 'only'), sweep: fc.boolean() })
  const options = fc.record({ capacity: fc.integer({ min: 1, max: 5 }), threshold: fc.constantFrom(1, 5, 15, 200, 10_000), lifetime: fc.integer({ min: 10, max: 60 }) })
  const law = fc.property(options, fc.array(step, { maxLength: 80, size: 'max' }), fc.boolean(), (options, steps, isPacked) => {
    // Forgotten within a ms: what is remembered is for the tests above.
    const { groups, gone } = tableOf({ ...options, window: 1e-3 }, isPacked)
    const plain = new PlainGroups(options)
    let now = 0
    for (const { key, wait, hits, alert, sweep } of steps) {
      now += wait + 1
      if (sweep) {
        groups.expire(now, Infinity)
        plain.expire(now)
      }
      const known = groups.get(key, now)
      const same = plain.get(key, now)
      if (JSON.stringify(known) !== JSON.stringify(same)) return false
      if (known === undefined || same === undefined) {
        const [one, other] = [0, 1].map(() => groupOf(key, { hits, hasAlert: alert !== 'none', lastArrival: now })) as [Entry, Entry]
        if (groups.add(one, now) !== plain.add(other, now)) return false
      } else {
        for (const group of [known, same]) {
          if (alert !== 'none') group.hasAlert = !group.hasAlert
          if (alert === 'only') continue
          group.hits += hits
          group.lastArrival = now
        }
        groups.touch(known)
        plain.touch(same)
      }
      if (groups.getOpen(key)?.key !== (plain.groups.find((group) => group.key === key)?.hasAlert === true ? key : undefined)) return false
      if (gone.join() !== plain.gone.join() || groups.size !== plain.groups.length) return false
      if (JSON.stringify([...groups.values()]) !== JSON.stringify(plain.groups)) return false
      if ([...groups.keys()].join() !== plain.groups.map(({ key }) => key).join()) return false
    }
    return true
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: 2000 }))
})

/** What a table of groups is to do: lists that are looked through each time. */
class PlainGroups {
  /** In order of arrival; one whose alert has closed as if it had arrived then. */
  #all: Entry[] = []
  gone: string[] = []

  constructor (readonly options: { capacity: number, threshold: number, lifetime: number }) {}

  get groups (): Entry[] {
    return [...this.#all.filter(({ hasAlert }) => hasAlert), ...this.#all.filter(({ hasAlert }) => !hasAlert)]
  }

  get (key: string, now: number): Entry | undefined {
    const group = this.#all.find((group) => group.key === key)
    if (group === undefined || !this.#isExpired(group, now)) return group
    this.#remove(group, 'expired')
    return undefined
  }

  add (group: Entry, now: number): boolean {
    if (this.#all.length >= this.options.capacity) {
      const victim = this.#expired(now) ?? [...this.#all].sort((one, other) => this.#worth(one) - this.#worth(other))[0] as Entry
      const isExpired = this.#isExpired(victim, now)
      if (!isExpired && this.#worth(group) < this.#worth(victim)) return false
      this.#remove(victim, isExpired ? 'expired' : 'evicted')
    }
    this.#all.push(group)
    return true
  }

  touch (group: Entry): void {
    if (this.#all.includes(group)) this.#all = [...this.#all.filter((other) => other !== group), group]
  }

  expire (now: number): void {
    for (let group = this.#expired(now); group !== undefined; group = this.#expired(now)) this.#remove(group, 'expired')
  }

  #expired (now: number): Entry | undefined {
    const first = this.#all.find(({ hasAlert }) => !hasAlert)
    return first !== undefined && this.#isExpired(first, now) ? first : undefined
  }

  /** Shares of the threshold in steps of a sixty-fourth, where it is larger than that. */
  #worth ({ hits, hasAlert }: Entry): number {
    const { threshold } = this.options
    const share = Math.min(hits, threshold) / threshold
    return hasAlert ? Infinity : threshold > 64 ? Math.ceil(share * 64) : share
  }

  #isExpired ({ hasAlert, lastArrival }: Entry, now: number): boolean {
    return !hasAlert && now - lastArrival > this.options.lifetime
  }

  #remove (group: Entry, why: string): void {
    this.#all = this.#all.filter((other) => other !== group)
    this.gone.push(`${group.key} ${why}`)
  }
}

/** `isPacked`: those with an even number of hits are laid aside. */
function tableOf (options: Partial<GroupsOptions<Entry>>, isPacked = false): { groups: Groups<Entry>, gone: string[] } {
  const gone: string[] = []
  const onGone = (key: string, _: Entry | undefined, why: string): void => { gone.push(`${key} ${why}`) }
  const packing = {
    pack: ({ key, hits, hasAlert }: Entry) => isPacked && !hasAlert && hits % 2 === 0 ? { text: `text of ${key}`, shared: [key] } : undefined,
    unpack: (key: string, { text, shared }: Packed) => groupOf([text.slice('text of '.length), ...shared].every((part) => part === key) ? key : 'another')
  }
  return { groups: new Groups({ capacity: 10, threshold: 10, lifetime: 1e9, window: 1e9, packing, onGone, ...options }), gone }
}

function groupOf (key: string, changes: Partial<Entry> = {}): Entry {
  return { key, hits: 1, lastArrival: 0, hasAlert: false, ...changes }
}
