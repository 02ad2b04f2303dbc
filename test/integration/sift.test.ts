import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { readOptions } from '../../src/config.js'
import type { AlertRecord } from '../../src/core/alert.js'
import { createDetector } from '../../src/core/detector.js'
import type { Rule } from '../../src/core/rule.js'
import { Refusal } from '../../src/errors.js'
import type { Batch } from '../../src/ingest/batch.js'
import type { Body } from '../../src/ingest/body.js'
import { readBatch } from '../../src/ingest/read-batch.js'
import { createPlainKernel } from '../../src/ingest/sift/plain-kernel.js'
import { Sieve } from '../../src/ingest/sift/sieve.js'
import { createPipeline, type Taken } from '../../src/pipeline.js'
import { detectBatch, matchBatch, type MatchedRecord } from '../../src/pipeline/detect-batch.js'
import { loadRules } from '../../src/rules/load.js'
import { createMemoryStore } from '../../src/store/memory.js'
import { formatNames, randomBody, type RandomBody } from '../fixtures/random/bodies.js'
import { Dice } from '../fixtures/random/dice.js'
import { randomRecord } from '../fixtures/random/records.js'
import { randomRule, sharpRule, type RandomRule } from '../fixtures/random/rules.js'

const start = Date.UTC(2026, 2, 2, 9)
const minute = 60_000
const day = 24 * 60 * minute
const maxRecord = 1_000_000
/** How many bodies at least: `npm run test:fuzz` asks for more. */
const wanted = Number(process.env.TRIPLINE_BODIES ?? 2000)
const seed = Number(process.env.TRIPLINE_SEED ?? randomInt(2 ** 31))
const log = { error: (details: object) => { throw (details as { err: Error }).err }, warn () {}, info () {}, debug () {} }

/** What chance is made of: it shrinks by being left out. */
const atom = fc.noShrink(fc.noBias(fc.nat(2 ** 31 - 1)))
const scenario = fc.record({
  rules: fc.array(atom, { minLength: 1, maxLength: 4, size: 'max' }),
  /** Whether texts are known of all rules, so that records can be passed over. */
  sharp: fc.constantFrom(true, true, true, true, false),
  bodies: fc.array(fc.record({ atom, wait: fc.constantFrom(1, 1000, minute, 10 * minute), records: fc.array(atom, { minLength: 1, maxLength: 12, size: 'max' }) }), { minLength: 1, maxLength: 6, size: 'max' })
})
type Made = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never

/** Decodes every record, and finds it without an outline: a look at each byte. */
class Slow extends Sieve {
  override scan (body: Body) {
    return super.scan(body)
  }
}

t.before(() => { t.comment(`seed ${seed}`) })

t.test('sifting changes no match and no alert, whatever the rules, the records and the body', async (t) => {
  const folder = t.testdir()
  const seen = { bodies: 0, withMatches: 0, records: 0, passed: 0, matched: 0, hidden: 0, alerts: 0, broken: 0, brokenWithMatches: 0, large: 0, formats: Object.fromEntries(formatNames.map((name) => [name, 0])) }
  let runs = 0
  const law = fc.property(scenario, (made) => {
    const { arrivals, documents } = play(made)
    const rules = loadRules([fileOf(folder, documents)])

    const expected = follow(rules, arrivals, new Slow())
    const sifted = follow(rules, arrivals, new Sieve(rules))

    same('sifted', { rules, arrivals }, [expected, sifted])
    if (runs++ % 8 === 0) same('sifted by the plain kernel', { rules, arrivals }, [expected, follow(rules, arrivals, new Sieve(rules, createPlainKernel))])
    for (const [i, { format, broken, large }] of arrivals.entries()) {
      const [all, some] = [expected.bodies[i], sifted.bodies[i]] as [Seen, Seen]
      seen.bodies++
      seen.formats[format]!++
      seen.records += all.batch?.received ?? 0
      seen.passed += some.batch === undefined ? 0 : some.batch.received - some.batch.records.length - some.batch.rejected.length
      seen.matched += all.matched.length
      seen.hidden += all.matched.filter(isHidden).length
      if (all.matched.length > 0) seen.withMatches++
      if (broken) seen.broken++
      if (broken && all.matched.length > 0) seen.brokenWithMatches++
      if (large) seen.large++
    }
    seen.alerts += expected.alerts.length
  })

  for (let i = 0; seen.bodies < wanted; i++) fc.assert(law, { numRuns: 100, seed: seed + i })

  t.comment(JSON.stringify(seen))
  const { bodies, records, formats, ...counts } = seen
  for (const [name, least] of [['withMatches', bodies / 4], ['passed', records / 8], ['matched', records / 10], ['hidden', bodies / 100], ['alerts', bodies / 4], ['broken', bodies / 8], ['brokenWithMatches', bodies / 50], ['large', bodies / 100]] as const) {
    t.ok(counts[name] > least, `${name}: ${counts[name]}`)
  }
  for (const [name, count] of Object.entries(formats)) t.ok(count > bodies / 40, `${name}: ${count}`)
})

t.test('the same through the whole pipeline; with parse_all each record is checked', async (t) => {
  const folder = t.testdir()
  const seen = { bodies: 0, passed: 0 }
  const law = fc.asyncProperty(scenario, async (made) => {
    const { arrivals, documents } = play(made)
    const path = fileOf(folder, documents)

    const all = await send(path, arrivals, { parseAll: true })
    const some = await send(path, arrivals, { parseAll: false })

    const checked = arrivals.map(({ body, contentType }) => refusedOr(() => readBatch(body, { contentType, maxRecord, sieve: new Slow() })))
    equal('parse_all: other records', [checked.map((batch) => batch && [batch.received, batch.rejected.length]), all.bodies.map((taken) => taken && [taken.received, taken.rejected])])
    equal('other matches', [all, some].map(({ bodies }) => bodies.map((taken) => taken?.matched ?? 0)))
    equal('other alerts', [all.alerts, some.alerts])
    seen.bodies += arrivals.length
    seen.passed += some.passed
  })

  for (let i = 0; seen.bodies < wanted / 10; i++) await fc.assert(law, { numRuns: 20, seed: seed + i })

  t.ok(seen.passed > seen.bodies / 10, `${seen.passed} records passed over`)
})

interface Scenario {
  rules: readonly Rule[]
  arrivals: Arrival[]
}

interface Arrival extends RandomBody { time: number }

function play ({ sharp, rules, bodies }: Made): { arrivals: Arrival[], documents: unknown[] } {
  const made = rules.map((atom, i): RandomRule => (sharp ? sharpRule : randomRule)(new Dice(atom), `r${i}`))
  const ways = made.flatMap(({ ways }) => ways)
  const sought = ways.flat().flatMap(({ pieces }) => pieces)
  let time = start
  const arrivals = bodies.map(({ atom, wait, records }) => {
    time += wait
    const written = records.map((atom) => {
      const dice = new Dice(atom)
      return randomRecord(dice, dice.percent(60) ? dice.pick(ways) : [], time - dice.below(9) * 20_000)
    })
    return { ...randomBody(new Dice(atom), written, sought), time }
  })
  return { arrivals, documents: made.flatMap(({ documents }) => documents) }
}

function fileOf (folder: string, documents: unknown[]): string {
  const path = join(folder, 'rules.json')
  writeFileSync(path, JSON.stringify(documents))
  return path
}

/** What became of a body. */
interface Seen {
  /** Undefined when nothing of it was taken. */
  batch: Batch | undefined
  matched: readonly MatchedRecord[]
}

interface Followed { bodies: Seen[], alerts: AlertRecord[] }

function follow (rules: readonly Rule[], arrivals: readonly Arrival[], sieve: Sieve): Followed {
  const detector = createDetector(rules)
  const alerts: AlertRecord[] = []
  const bodies = arrivals.map(({ body, contentType, time }): Seen => {
    const batch = refusedOr(() => readBatch(body, { contentType, maxRecord, sieve }))
    if (batch === undefined) return { batch, matched: [] }
    const options = { origin: {}, arrival: time, log }
    const matches = matchBatch(detector, batch, options)
    alerts.push(...detectBatch(detector, batch, { ...options, repeats: { find: () => undefined }, matches }).alerts)
    return { batch, matched: matches.matched }
  })
  return { bodies, alerts: [...alerts, ...detector.advance(start + day)] }
}

function refusedOr<Result> (read: () => Result): Result | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

/** Whether none of a rule's texts stands in the record as it is, although it matches. */
function isHidden ({ record, rules }: MatchedRecord): boolean {
  const bytes = record.bytes.toString('latin1').toLowerCase()
  return rules.some(({ literals: [texts] }) => texts?.every((text) => !bytes.includes(text.toLowerCase())))
}

function same (way: string, { rules, arrivals }: Scenario, [expected, actual]: [Followed, Followed]): void {
  for (const [i, { body, contentType, format }] of arrivals.entries()) {
    const [all, some] = [expected.bodies[i], actual.bodies[i]] as [Seen, Seen]
    const queries = rules.map(({ source, caseInsensitive, literals }) => [source['query'], caseInsensitive, literals].map((part) => JSON.stringify(part)).join(' '))
    equal(() => [`${way}: other matches`, ...queries, `${format} as "${contentType}" in ${body.parts.length} parts:`, body.whole().toString('latin1').slice(0, 6000)].join('\n'), [all, some].map(({ matched }) =>
      matched.map(({ record: { fields, time }, rules }) => [fields, time, rules.map(({ id }) => id)])))
    const isChecked = all.batch !== undefined && all.batch.rejected.length === 0 && some.batch !== undefined
    if (isChecked) equal(`${way}: another number of records`, [all.batch?.received, some.batch?.received])
  }
  equal(`${way}: other alerts`, [expected.alerts, actual.alerts])
}

function equal (claim: string | (() => string), [expected, actual]: readonly unknown[]): void {
  const [one, other] = [JSON.stringify(expected), JSON.stringify(actual)]
  if (one !== other) throw new Error([typeof claim === 'string' ? claim : claim(), one, other].join('\n'))
}

async function send (path: string, arrivals: readonly Arrival[], { parseAll }: { parseAll: boolean }) {
  let now = start
  const alerts: AlertRecord[] = []
  const store = createMemoryStore({ clock: () => now })
  const pipeline = await createPipeline(readOptions({ state: 'memory', outputs: {}, rules: [path], parseAll, limits: { maxRecord } }), {
    log,
    clock: () => now,
    store: {
      ...store,
      async commit (effect) {
        alerts.push(...effect.alerts)
        await store.commit(effect)
      }
    }
  })
  const bodies: (Taken | undefined)[] = []
  for (const { body, contentType, time } of arrivals) {
    now = time
    bodies.push(await pipeline.take({ body, contentType }).catch((error) => refusedOr(() => { throw error })))
  }
  now = start + day
  await pipeline.tick()
  await pipeline.close()
  return { bodies, alerts, passed: pipeline.stats()['passed_over'] as number }
}
