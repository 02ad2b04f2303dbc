import { randomInt } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import type { AlertRecord } from '../../src/core/alert.js'
import { createDetector } from '../../src/core/detector.js'
import type { Rule } from '../../src/core/rule.js'
import { Refusal } from '../../src/errors.js'
import type { Batch } from '../../src/ingest/batch.js'
import type { Body } from '../../src/ingest/body.js'
import { readBatch, UnreadableBody } from '../../src/ingest/read-batch.js'
import { createPlainKernel } from '../../src/ingest/sift/plain-kernel.js'
import { Sieve } from '../../src/ingest/sift/sieve.js'
import { detectBatch } from '../../src/pipeline/detect-batch.js'
import { readContents } from '../../src/rules/formats.js'
import { readRule } from '../../src/rules/read.js'
import { listKey } from '../../src/rules/contents.js'
import { formatNames, randomBody, type RandomBody } from '../fixtures/random/bodies.js'
import { Dice } from '../fixtures/random/dice.js'
import { randomRecord } from '../fixtures/random/records.js'
import { randomRule, type Aim, type RandomRule } from '../fixtures/random/rules.js'

const start = Date.UTC(2026, 2, 2, 9)
const minute = 60_000
/** How many bodies at least: `npm run test:fuzz` asks for more. */
const bodies = Number(process.env.TRIPLINE_BODIES ?? 2000)
const seed = Number(process.env.TRIPLINE_SEED ?? randomInt(2 ** 31))

const atom = fc.noShrink(fc.noBias(fc.nat(2 ** 31 - 1)))
const scenario = fc.record({
  sharp: fc.integer({ min: 0, max: 9 }).map((number) => number < 8),
  rules: fc.array(atom, { minLength: 1, maxLength: 4, size: 'max' }),
  bodies: fc.array(fc.record({ atom, wait: fc.constantFrom(1, 1000, minute, 10 * minute), records: fc.array(atom, { minLength: 1, maxLength: 12, size: 'max' }) }), { minLength: 1, maxLength: 6, size: 'max' })
})

/** What has been seen, so that it shows that the laws were tried. */
const seen = { bodies: 0, withMatches: 0, records: 0, matched: 0, matchedEscaped: 0, passed: 0, broken: 0, matchedBroken: 0, large: 0, refused: 0, alerts: 0, formats: new Map<string, number>() }

const log = { error: (details: object) => { throw (details as { err: Error }).err }, warn () {}, info () {}, debug () {} }

/** Looks at each record, and finds it without an outline. */
class Unsifted extends Sieve {
  override scan (body: Body) {
    return super.scan(body)
  }
}

t.test('sifting changes no alert and no match, whatever the rules, the records and the body', async (t) => {
  t.comment(`seed ${seed}`)

  for (let i = 0; seen.bodies < bodies; i++) {
    t.doesNotThrow(() => fc.assert(fc.property(scenario, (made) => { compare(play(made)) }), { numRuns: 100, seed: seed + i, includeErrorInReport: true }))
    if (!t.passing()) break
  }

  t.comment(JSON.stringify({ ...seen, formats: Object.fromEntries(seen.formats) }))
  t.same([...seen.formats.keys()].sort(), [...formatNames].sort(), 'every format came')
  for (const name of ['withMatches', 'matchedEscaped', 'passed', 'matchedBroken', 'large', 'alerts'] as const) t.ok(seen[name] > bodies / 1000, `${name}: ${seen[name]}`)
})

interface Scenario {
  rules: readonly Rule[]
  arrivals: (RandomBody & { time: number })[]
}

function play ({ sharp, rules: ruleAtoms, bodies }: { sharp: boolean, rules: number[], bodies: { atom: number, wait: number, records: number[] }[] }): Scenario {
  const made = ruleAtoms.map((atom, i) => sharp ? sharpRule(new Dice(atom), `r${i}`) : randomRule(new Dice(atom), `r${i}`))
  const ways = made.flatMap(({ ways }) => ways)
  let now = start
  const arrivals = bodies.map(({ atom, wait, records }) => {
    now += wait
    return { ...randomBody(new Dice(atom), records.map((atom) => recordOf(new Dice(atom), ways, now))), time: now }
  })
  return { rules: load(made), arrivals }
}

function recordOf (dice: Dice, ways: readonly Aim[][], now: number) {
  return randomRecord(dice, dice.percent(60) ? dice.pick(ways) : [], now - dice.below(9) * 20_000)
}

/** One of which texts are known, so that records can be passed over. */
function sharpRule (dice: Dice, id: string): RandomRule {
  for (;;) {
    const made = randomRule(dice, id)
    if (load([made])[0]?.literals !== undefined) return made
  }
}

function load (made: readonly RandomRule[]): Rule[] {
  const { rules, items, lists } = readContents(JSON.stringify(made.flatMap(({ documents }) => documents)), { file: 'rules.json' })
  const pooled = new Map([...lists].map((key) => [key, items.filter(({ fields }) => listKey(fields) === key)]))
  return rules.map((raw) => {
    const { rule, faults } = readRule(raw, { lists: pooled })
    if (rule === undefined) throw new Error(faults.join('\n'))
    return rule
  })
}

/** What a way of reading makes of a scenario. */
interface Told {
  bodies: { batch: Batch | undefined, matched: number, events: unknown }[]
  alerts: AlertRecord[]
}

function compare ({ rules, arrivals }: Scenario): void {
  // The slow way: each record is decoded, and found by a look at each byte.
  const expected = follow(rules, arrivals, new Unsifted())
  const ways: [string, Sieve][] = [['sifting', new Sieve(rules)], ['parse_all', new Sieve()], ['the plain kernel', new Sieve(rules, createPlainKernel)]]
  for (const [way, sieve] of ways) {
    const actual = follow(rules, arrivals, sieve)
    for (const [i, body] of expected.bodies.entries()) {
      const other = actual.bodies[i] as Told['bodies'][number]
      if (JSON.stringify([body.matched, body.events]) !== JSON.stringify([other.matched, other.events])) fail(way, { rules, arrivals }, i, body, other)
      if (body.batch !== undefined && other.batch !== undefined && (way === 'parse_all' || body.batch.rejected.length === 0) && body.batch.received !== other.batch.received) fail(`${way}: received`, { rules, arrivals }, i, body, other)
    }
    if (JSON.stringify(expected.alerts) !== JSON.stringify(actual.alerts)) throw new Error(`${way}: other alerts`)
    if (way === 'sifting') count(arrivals, expected, actual)
  }
}

function follow (rules: readonly Rule[], arrivals: Scenario['arrivals'], sieve: Sieve): Told {
  const detector = createDetector(rules)
  const alerts: AlertRecord[] = []
  const bodies = arrivals.map(({ body, contentType, time }) => {
    const batch = read(body, { contentType, sieve })
    if (batch === undefined) return { batch, matched: 0, events: undefined }
    const { answer, alerts: caused, step } = detectBatch(detector, batch, { origin: {}, arrival: time, repeats: { find: () => undefined }, log })
    alerts.push(...caused)
    return { batch, matched: answer.matched, events: answer.matched === 0 ? undefined : step?.events }
  })
  return { bodies, alerts: [...alerts, ...detector.advance(start + 24 * 60 * minute)] }
}

/** Undefined where nothing of the body was taken. */
function read (body: Body, { contentType, sieve }: { contentType: string, sieve: Sieve }): Batch | undefined {
  try {
    return readBatch(body, { contentType, maxRecord: 1_000_000, sieve })
  } catch (error) {
    if (error instanceof UnreadableBody) return undefined
    if (error instanceof Refusal) return undefined
    throw error
  }
}

function fail (way: string, { rules, arrivals }: Scenario, i: number, expected: unknown, actual: unknown): never {
  const { body, contentType, format } = arrivals[i] as RandomBody
  const show = (told: unknown) => JSON.stringify({ ...told as object, batch: undefined }).slice(0, 3000)
  throw new Error([
    way, ...rules.map(({ source, caseInsensitive, literals }) => `${source.query} | ${caseInsensitive} | ${JSON.stringify(literals)}`), `${format} as "${contentType}" in ${body.parts.length} parts`,
    body.length > 6000 ? `${body.length} bytes` : body.whole().toString('latin1'), show(expected), show(actual)
  ].join('\n'))
}

function count (arrivals: Scenario['arrivals'], expected: Told, sifted: Told): void {
  for (const [i, { format, broken, large, body }] of arrivals.entries()) {
    const { batch, matched } = expected.bodies[i] as Told['bodies'][number]
    const sparse = sifted.bodies[i]?.batch
    seen.bodies++
    seen.formats.set(format, (seen.formats.get(format) ?? 0) + 1)
    if (batch === undefined) seen.refused++
    seen.records += batch?.received ?? 0
    seen.matched += matched
    if (matched > 0) seen.withMatches++
    if (broken) seen.broken++
    if (broken && matched > 0) seen.matchedBroken++
    if (large) seen.large++
    if (sparse !== undefined) seen.passed += sparse.received - sparse.records.length - sparse.rejected.length
    if (matched > 0 && /\\u00|&#|<!|<\?/.test(body.whole().toString('latin1'))) seen.matchedEscaped++
  }
  seen.alerts += expected.alerts.length
}
