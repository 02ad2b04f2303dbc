import t from 'tap'
import { createDetector } from '../../src/core/detector.js'
import { replay, type EngineStep } from '../../src/pipeline/engine-step.js'
import { ruleOf } from '../core/rule-of.js'

t.test('a step done again leaves the detector where it was, only the rules that matched counting', async (t) => {
  const rules = [ruleOf({ id: 'one', threshold: 2 }), ruleOf({ id: 'two', threshold: 2 })]
  const detector = createDetector(rules)
  const step: EngineStep = { now: 5000, origin: { tag: 'winlog' }, events: [{ fields: { host: { id: 'a' } }, time: 4000, rules: ['one'] }] }

  replay(detector, JSON.parse(JSON.stringify(step)))

  t.same(detector.groups('one').map(({ last_seen: seen }) => seen), ['1970-01-01T00:00:04.000Z'])
  t.same(detector.groups('two'), [])
})

t.test('a step without events lets time pass', async (t) => {
  const detector = createDetector([ruleOf({ threshold: 1 })])
  detector.push({ host: { id: 'a' } }, 0)

  replay(detector, { now: 10 * 60_000, events: [] })

  t.match(detector.stats(), { rule: { closed: 1 } })
})

t.test('where the clock was set silence begins anew before time passes', async (t) => {
  const detector = createDetector([ruleOf({ threshold: 1 })])
  detector.push({ host: { id: 'a' } }, 0)

  replay(detector, { now: 10 * 60_000, resumes: true, events: [] })

  t.match(detector.stats(), { rule: { closed: 0 } })
})
