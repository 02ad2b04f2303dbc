#!/usr/bin/env node
/**
 * Shows that the tests of the engine and of the sift would notice: breaks a copy of the source in one place at a time,
 * runs the named tests, and demands that they fail. `npm run test:mutants [-- WORD]`; WORD chooses the mutants whose name contains it.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const laws = 'test/integration/laws.test.ts'
const sifting = 'test/integration/sift.test.ts'

/** `find` stands exactly once in `file`. The fastest tests that kill it are named, not all that would; `bodies` is how many they need, if many. */
const mutants = [
  {
    name: 'a count\'s window is open',
    file: 'src/core/ring.ts',
    find: 'if (last.time - (this.#hits[from] as H).time <= window)',
    replace: 'if (last.time - (this.#hits[from] as H).time < window)',
    tests: ['test/core/ring.test.ts']
  },
  {
    name: 'a count\'s window is open, by the laws',
    file: 'src/core/ring.ts',
    find: 'if (last.time - (this.#hits[from] as H).time <= window)',
    replace: 'if (last.time - (this.#hits[from] as H).time < window)',
    tests: [laws]
  },
  {
    name: 'a distinct count\'s window is open',
    file: 'src/core/ring.ts',
    find: 'if ((this.#hits[middle] as H).time < time) low',
    replace: 'if ((this.#hits[middle] as H).time <= time) low',
    tests: ['test/core/ring.test.ts']
  },
  {
    name: 'a distinct count looks no window ahead',
    file: 'src/core/ring.ts',
    find: 'if (end - window > time) return undefined',
    replace: 'if (end - window >= time) return undefined',
    tests: ['test/core/ring.test.ts']
  },
  {
    name: 'the distinct count is no condition',
    file: 'src/core/ring.ts',
    find: 'to - from >= threshold && values.countSince(time - window) >= cardinality ?',
    replace: 'to - from >= threshold ?',
    tests: ['test/core/ring.test.ts']
  },
  {
    name: 'one list of several is enough',
    file: 'src/ingest/sift/second-look.ts',
    find: '.get(rule)?.every(',
    replace: '.get(rule)?.some(',
    tests: ['test/ingest/sift/second-look.test.ts']
  },
  {
    name: 'no escape stands between an option\'s mark and its letter',
    file: 'src/core/kql/literals.ts',
    find: "['\\\\\\\\', '\\\\u', '&']",
    replace: "['\\\\\\\\', '&']",
    tests: ['test/core/kql/literals.test.ts']
  },
  {
    name: 'no second quote stands between an option\'s mark and its letter',
    file: 'src/core/kql/literals.ts',
    find: "[letter, '\"',",
    replace: '[letter,',
    tests: ['test/core/kql/literals.test.ts']
  },
  {
    name: 'hits are not consumed',
    file: 'src/core/ring.ts',
    find: 'this.#hits.splice(range.from, range.to - range.from)',
    replace: 'this.#hits.slice(range.from, range.to)',
    tests: ['test/core/ring.test.ts']
  },
  {
    name: 'hits are not consumed, by the laws',
    file: 'src/core/ring.ts',
    find: 'this.#hits.splice(range.from, range.to - range.from)',
    replace: 'this.#hits.slice(range.from, range.to)',
    tests: [laws]
  },
  {
    name: 'a full ring forgets the newest',
    file: 'src/core/ring.ts',
    find: 'this.#hits.shift()',
    replace: 'this.#hits.pop()',
    tests: ['test/core/ring.test.ts']
  },
  {
    name: 'late hits go to the end',
    file: 'src/core/ring.ts',
    find: 'while (position > 0 && (this.#hits[position - 1] as H).time > hit.time) position--',
    replace: '',
    tests: ['test/core/ring.test.ts']
  },
  {
    name: 'a close is never sent',
    file: 'src/core/tracker.ts',
    find: 'this.#record(alert, \'close\', now, reason)',
    replace: '',
    tests: [laws]
  },
  {
    name: 'the same event twice counts twice',
    file: 'src/core/tracker.ts',
    find: 'const isNew = identity === undefined || group.recent.add(identity)',
    replace: 'const isNew = true',
    tests: [laws]
  },
  {
    name: 'a record id is no identity',
    file: 'src/core/identity.ts',
    find: 'named(\'record\', ',
    replace: 'named(\'record\', \'\', ',
    tests: ['test/core/identity.test.ts']
  },
  {
    name: 'what shippers add makes another event',
    file: 'src/core/identity.ts',
    find: '[\'date\', \'@metadata\', \'tag\', \'event.ingested\']',
    replace: '[]',
    tests: ['test/core/identity.test.ts']
  },
  {
    name: 'nothing has a twin',
    file: 'src/core/twins.ts',
    find: 'const twin = this.#twinOf(one)',
    replace: 'const twin = undefined as Start | undefined',
    tests: ['test/core/twins.test.ts']
  },
  {
    name: 'a twin may be another\'s as well',
    file: 'src/core/twins.ts',
    find: 'else this.#remove(twin)',
    replace: '',
    tests: ['test/core/twins.test.ts']
  },
  {
    name: 'twins are not asked for',
    file: 'src/core/tracker.ts',
    find: 'this.rule.twins ? identifyStart(event, time) : undefined',
    replace: 'undefined',
    tests: ['test/core/tracker.test.ts']
  },
  {
    name: 'nothing is too late',
    file: 'src/core/tracker.ts',
    find: 'if (time < group.horizon - this.#window - this.#limits.lateness) {',
    replace: 'if (time < -Infinity) {',
    tests: [laws]
  },
  {
    name: 'a window late is too late',
    file: 'src/core/tracker.ts',
    find: 'if (time < group.horizon - this.#window - this.#limits.lateness) {',
    replace: 'if (time < group.horizon - this.#window) {',
    tests: [laws]
  },
  {
    name: 'an event ahead of its arrival moves the horizon',
    file: 'src/core/tracker.ts',
    find: 'if (hit.skew === 0) group.horizon',
    replace: 'group.horizon',
    tests: [laws]
  },
  {
    name: 'hits are forgotten a window too early',
    file: 'src/core/tracker.ts',
    find: 'group.ring.forgetBefore(group.horizon - 2 * this.#window',
    replace: 'group.ring.forgetBefore(group.horizon',
    tests: [laws]
  },
  {
    name: 'an update does not wait for the interval',
    file: 'src/core/tracker.ts',
    find: 'if (!alert.isHeld && now - alert.recordedAt >= this.rule.interval)',
    replace: 'if (!alert.isHeld)',
    tests: [laws]
  },
  {
    name: 'a crossing counts events twice',
    file: 'src/core/tracker.ts',
    find: 'alert.totals.add(this.#countedEvent(hit, this.#fieldsOf(matched)))',
    replace: 'alert.totals.add(this.#countedEvent(hit, this.#fieldsOf(matched))); hit.packed = packFields(this.#fieldsOf(matched))',
    tests: [laws]
  },
  {
    name: 'a closed alert\'s events count again',
    file: 'src/core/tracker.ts',
    find: 'group.ring.keep(({ packed }) => packed !== undefined)',
    replace: '',
    tests: [laws]
  },
  {
    name: 'a gap of a window closes',
    file: 'src/core/open-alert.ts',
    find: 'time > this.totals.last + window',
    replace: 'time >= this.totals.last + window',
    tests: [laws]
  },
  {
    name: 'a gap closes in spite of suppression',
    file: 'src/core/open-alert.ts',
    find: ' && time > this.suppressedUntil',
    replace: '',
    tests: [laws]
  },
  {
    name: 'silence closes in spite of suppression',
    file: 'src/core/open-alert.ts',
    find: 'return Math.max(this.lastArrival + window + 1, suppressed)',
    replace: 'return this.lastArrival + window + 1',
    tests: [laws]
  },
  {
    name: 'silence closes a ms early',
    file: 'src/core/open-alert.ts',
    find: 'this.lastArrival + window + 1',
    replace: 'this.lastArrival + window',
    tests: [laws]
  },
  {
    name: 'an alert stays open for ever',
    file: 'src/core/open-alert.ts',
    find: 'return Math.max(this.startedAt + day, suppressed)',
    replace: 'return Infinity',
    tests: ['test/core/open-alert.test.ts']
  },
  {
    name: 'the id is not the earliest event\'s',
    file: 'src/core/open-alert.ts',
    find: 'rule.id, key, identity ?? String(time)',
    replace: 'rule.id, key, String(time)',
    tests: ['test/core/open-alert.test.ts']
  },
  {
    name: 'max_signals is no limit',
    file: 'src/core/signals.ts',
    find: 'if (this.#opened >= this.#max || this.#held.length > 0) return false',
    replace: '',
    tests: ['test/core/signals.test.ts']
  },
  {
    name: 'max_signals is no limit, by the laws',
    file: 'src/core/signals.ts',
    find: 'if (this.#opened >= this.#max || this.#held.length > 0) return false',
    replace: '',
    tests: [laws]
  },
  {
    name: 'of those held the smallest opens first',
    file: 'src/core/signals.ts',
    find: 'other.totals.count - one.totals.count',
    replace: 'one.totals.count - other.totals.count',
    tests: ['test/core/signals.test.ts']
  },
  {
    name: 'the fullest group is evicted',
    file: 'src/core/ranks.ts',
    find: 'this.#first.find((number) => number !== none)',
    replace: 'this.#first.findLast((number) => number !== none)',
    tests: ['test/core/groups.test.ts']
  },
  {
    name: 'an expired group does not go first',
    file: 'src/core/groups.ts',
    find: 'const victim = this.#expired(now) ?? this.#ranks.lowest()',
    replace: 'const victim = this.#ranks.lowest()',
    tests: ['test/core/groups.test.ts']
  },
  {
    name: 'an open alert does not go last',
    file: 'src/core/groups.ts',
    find: 'if (hasAlert) return alertRank',
    replace: '',
    tests: ['test/core/groups.test.ts']
  },
  {
    name: 'an evicted group is forgotten',
    file: 'src/core/groups.ts',
    find: 'this.#remember(this.#keys[victim] as string, this.#hitsOf(victim))',
    replace: '',
    tests: ['test/core/groups.test.ts']
  },
  {
    name: 'a refused newcomer is forgotten',
    file: 'src/core/groups.ts',
    find: 'this.#remember(group.key, group.hits)',
    replace: '',
    tests: ['test/core/groups.test.ts']
  },
  {
    name: 'a flood is remembered for ever',
    file: 'src/core/sketch.ts',
    find: 'if (this.#count === this.keys) this.turn()',
    replace: '',
    tests: ['test/core/sketch.test.ts']
  },
  {
    name: 'a list counts twice where a number is its own text',
    file: 'src/core/group-keys.ts',
    find: 'shortValue(String(value))))\n',
    replace: 'shortValue(String(value)) + typeof value))\n',
    tests: ['test/core/group-keys.test.ts']
  },
  {
    name: 'the newest identity is forgotten',
    file: 'src/core/recent.ts',
    find: 'this.#texts.delete(this.#oldest.next().value as string)',
    replace: 'this.#texts.delete(text)',
    tests: ['test/core/recent.test.ts']
  },
  {
    name: 'the last evidence is the first of the rest',
    file: 'src/core/totals.ts',
    find: 'this.#latest.shift()',
    replace: 'this.#latest.pop()',
    tests: ['test/core/totals.test.ts']
  },
  {
    name: 'a restored alert changes its state',
    file: 'src/core/totals.ts',
    find: 'totals.#common = { ...state.common }',
    replace: 'totals.#common = state.common',
    tests: ['test/core/totals.test.ts']
  },
  {
    name: 'our own stamp serves as event time',
    file: 'src/core/event.ts',
    find: 'const time = this.#own(override)',
    replace: 'const time = readTime(this.values(override)[0])',
    tests: ['test/core/event.test.ts']
  },
  {
    name: 'a twin may come from the same provider',
    file: 'src/core/twins.ts',
    find: 'if (one.host !== other.host || one.provider === other.provider) return false',
    replace: 'if (one.host !== other.host) return false',
    tests: ['test/core/twins.test.ts']
  },
  {
    name: 'of twins alike the newest is taken',
    file: 'src/core/twins.ts',
    find: 'rank === best.rank && number > best.number',
    replace: 'rank === best.rank && number < best.number',
    tests: ['test/core/twins.test.ts']
  },
  {
    name: 'the windows of a scan do not overlap',
    file: 'src/ingest/sift/scan.ts',
    find: 'const stride = windowBytes - overlap',
    replace: 'const stride = windowBytes',
    tests: ['test/ingest/sift/scan.test.ts']
  },
  {
    name: 'the windows of a scan do not overlap, by alerts',
    file: 'src/ingest/sift/scan.ts',
    find: 'const stride = windowBytes - overlap',
    replace: 'const stride = windowBytes',
    tests: [sifting],
    // A text has to stand across the border of two windows.
    bodies: 40000
  },
  {
    name: 'any bracket ends an object',
    file: 'src/ingest/sift/scan.ts',
    find: ' && window[end - 1] === 0x7d',
    replace: '',
    tests: ['test/ingest/sift/scan.test.ts']
  },
  {
    name: 'what follows an object is one',
    file: 'src/ingest/sift/scan.ts',
    find: ' && window[end + 1] === 0x7b',
    replace: '',
    tests: ['test/ingest/outline-frames.test.ts']
  },
  {
    name: 'what is plainly no record is passed over',
    file: 'src/ingest/read-batch.ts',
    find: ' && frames.whole[i] === true',
    replace: '',
    tests: ['test/ingest/read-batch.test.ts']
  },
  {
    name: 'where a scan is blind nothing is taken to stand',
    file: 'src/ingest/sift/sieve.ts',
    find: "(blind[gap] as Stretch).from * numberRange < to) return 'any'",
    replace: '(blind[gap] as Stretch).from * numberRange < to) return otherwise',
    tests: ['test/ingest/sift/sieve.test.ts']
  },
  {
    name: 'an escape hides nothing, by alerts',
    file: 'src/ingest/sift/sieve.ts',
    find: "if (numbers.includes(0)) return 'any'",
    replace: 'if (numbers.includes(0)) return undefined',
    tests: [sifting]
  },
  {
    name: 'a rule without texts is asked of what has one only, by alerts',
    file: 'src/ingest/sift/sieve.ts',
    find: 'const otherwise = this.#always.length === 0 ? undefined : this.#always',
    replace: 'const otherwise: readonly Rule[] | undefined = undefined',
    tests: [sifting]
  },
  {
    name: 'letters are searched for in their own case, by alerts',
    file: 'src/ingest/sift/numbers.ts',
    find: 'subarray(0, maxText).map((byte) => byte | 0x20)',
    replace: 'subarray(0, maxText)',
    tests: [sifting]
  },
  {
    name: 'an outline is taken of an array that goes on behind it',
    file: 'src/ingest/outline-frames.ts',
    find: ' && source.skipBlanks(next + 1) === source.length',
    replace: '',
    tests: ['test/ingest/outline-frames.test.ts']
  },
  {
    name: 'arguments are taken to stand in the record as they are',
    file: 'src/core/kql/literals.ts',
    find: "new Set(['args', 'hash'",
    replace: "new Set(['hash'",
    tests: ['test/core/kql/literals.test.ts']
  },
  {
    name: 'of a field in two places the first is all',
    file: 'src/core/fields.ts',
    find: 'found[number] = found[number] === undefined ? distinct(values) : several',
    replace: 'found[number] ??= distinct(values)',
    tests: ['test/core/fields.test.ts']
  },
  {
    name: 'a body is given back while it may be on its way to a downstream',
    file: 'src/pipeline.ts',
    find: 'isOwn === true && !inline.active ? inflated',
    replace: 'isOwn === true ? inflated',
    tests: ['test/pipeline.test.ts']
  },
  {
    name: 'somebody else\'s body is given back',
    file: 'src/pipeline.ts',
    find: 'isOwn === true && !inline.active ? inflated',
    replace: '!inline.active ? inflated',
    tests: ['test/pipeline.test.ts']
  },
  {
    name: 'a part of a larger buffer is given back',
    file: 'src/ingest/give-back.ts',
    find: 'bytes.length > 0 && bytes.length === bytes.buffer.byteLength',
    replace: 'bytes.length > 0',
    tests: ['test/ingest/give-back.test.ts']
  },
  {
    name: 'texts of one length are packed as one',
    file: 'src/core/packed.ts',
    find: 'this.#lengths[i] !== length || this.#known[i] !== value',
    replace: 'this.#lengths[i] !== length',
    tests: ['test/core/packed.test.ts']
  }
]

const [word = ''] = process.argv.slice(2)
const chosen = mutants.filter(({ name }) => name.includes(word))
const folder = mkdtempSync(join(tmpdir(), 'tripline-mutants-'))
try {
  process.exitCode = run()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Gives the exit code: 0 when every mutant was killed. */
function run () {
  copy()
  const tests = [...new Set(chosen.flatMap(({ tests }) => tests))]
  if (tests.length === 0 || !passes(tests)) {
    console.error(tests.length === 0 ? `no mutant is called ${word}` : `the tests fail without a mutant: npx tap ${tests.join(' ')}`)
    return 1
  }
  const survivors = chosen.filter((mutant) => !isKilled(mutant))
  console.log(`\n${chosen.length - survivors.length} of ${chosen.length} killed`)
  return survivors.length > 0 ? 1 : 0
}

function copy () {
  for (const path of ['src', 'test', 'rules', 'plugin.json', 'package.json', 'tsconfig.json', '.taprc']) {
    cpSync(path, join(folder, path), { recursive: true })
  }
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'), 'junction')
}

function isKilled ({ name, file, find, replace, tests, bodies }) {
  const path = join(folder, file)
  const source = readFileSync(path, 'utf8')
  const times = source.split(find).length - 1
  if (times !== 1) {
    console.log(`${name.padEnd(60)} SURVIVED: its text stands ${times} times in ${file}, not once`)
    return false
  }
  writeFileSync(path, source.replace(find, () => replace))
  const killed = !passes(tests, bodies)
  writeFileSync(path, source)
  console.log(`${name.padEnd(60)} ${killed ? 'killed' : `SURVIVED ${tests.join(' ')}`}`)
  return killed
}

// A mutant that never ends is killed by tap's own time-out.
function passes (tests, bodies) {
  const { status } = spawnSync(process.execPath, ['node_modules/tap/dist/esm/run.mjs', '--disable-coverage', '--bail', ...tests], {
    cwd: folder,
    stdio: 'ignore',
    env: { ...process.env, TRIPLINE_RUNS: process.env.TRIPLINE_RUNS ?? '1000', ...bodies !== undefined && { TRIPLINE_BODIES: String(bodies) } }
  })
  return status === 0
}
