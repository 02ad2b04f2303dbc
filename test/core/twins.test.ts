import fc from 'fast-check'
import t from 'tap'
import { Twins, type Start } from '../../src/core/twins.js'

const sysmon: Start = { host: 'h1', pid: '1', provider: 'Microsoft-Windows-Sysmon', time: 10_000, line: 'a', program: 'x' }
const security: Start = { ...sysmon, provider: 'Microsoft-Windows-Security-Auditing' }

t.test('records of one start from two providers are twins when they are at most 2 s apart', async (t) => {
  const cases: [title: string, other: Start, pairs: boolean][] = [
    ['at one time', security, true],
    ['2,000 ms later', { ...security, time: 12_000 }, true],
    ['2,001 ms later', { ...security, time: 12_001 }, false],
    ['2,000 ms earlier', { ...security, time: 8000 }, true],
    ['2,001 ms earlier', { ...security, time: 7999 }, false],
    ['of another pid', { ...security, pid: '2' }, false],
    ['of another host', { ...security, host: 'h2' }, false],
    ['without a pid, of the same command line', { ...security, pid: undefined }, true],
    ['without a pid, of another command line', { ...security, pid: undefined, line: 'b' }, false],
    ['without a pid, of another program', { ...security, pid: undefined, program: 'y' }, false],
    ['with neither pid nor command line', { ...security, pid: undefined, line: undefined }, false],
    ['of the same provider', { ...sysmon, time: 10_001 }, false],
    ['of another command line', { ...security, line: 'b' }, false],
    ['without a command line, of the same program', { ...security, line: undefined }, true],
    ['without a command line, of another program', { ...security, line: undefined, program: 'y' }, false],
    ['within 2,000 ms of the end of its second', { ...security, time: 7001, until: 8000 }, true],
    ['beyond', { ...security, time: 7000, until: 7999 }, false]
  ]
  for (const [title, other, pairs] of cases) {
    const twins = new Twins([sysmon])

    t.equal(twins.pairs(other), pairs, title)
    t.same([...twins], pairs ? [] : [sysmon, other], 'and what has no twin waits for one')
  }
})

t.test('a record has one twin at the most', async (t) => {
  const twins = new Twins()

  const paired = [sysmon, security, security, sysmon, sysmon].map((start) => twins.pairs(start))

  t.same(paired, [false, true, false, true, false])
})

t.test('the nearest in time is the twin', async (t) => {
  const twins = new Twins([{ ...sysmon, time: 1000 }, { ...sysmon, time: 2600 }, { ...sysmon, time: 3500 }])

  twins.pairs({ ...security, time: 2500 })

  t.same([...twins].map(({ time }) => time), [1000, 3500])
})

t.test('a twin known by its pid goes before one that is nearer', async (t) => {
  const twins = new Twins([{ ...sysmon, pid: undefined }, { ...sysmon, time: 11_000 }])

  twins.pairs(security)

  t.same([...twins].map(({ pid }) => pid), [undefined])
})

t.test('the newest 4,096 without a twin are remembered', async (t) => {
  const twins = new Twins()
  for (let i = 0; i <= 4096; i++) twins.pairs({ ...sysmon, pid: String(i) })

  t.equal(twins.size, 4096)
  t.equal(twins.pairs({ ...security, pid: '0' }), false)
  t.equal(twins.pairs({ ...security, pid: '4096' }), true)
})

t.test('whatever comes, pairs are of two providers, of one start and near, and nothing is in two of them', async (t) => {
  const start = fc.record({
    host: fc.constantFrom('a', 'b'),
    pid: fc.constantFrom('1', '2', undefined),
    provider: fc.constantFrom('x', 'y', 'z'),
    time: fc.nat({ max: 6 }).map((s) => s * 1000),
    line: fc.constantFrom('l', 'm', undefined),
    program: fc.constantFrom('p', 'q')
  })
  const same = (one: Start, other: Start): boolean => {
    const [lines, programs] = [one.line !== undefined && one.line === other.line, one.program === other.program]
    if (one.pid === undefined || other.pid === undefined) return lines && programs
    return one.pid === other.pid && (one.line === undefined || other.line === undefined ? programs : lines)
  }
  const law = fc.property(fc.array(start, { maxLength: 40, size: 'max' }), (starts) => {
    let twins = new Twins()
    for (const [i, one] of starts.entries()) {
      const before = [...twins]
      const fit = before.filter((other) => other.host === one.host && other.provider !== one.provider && same(one, other) && Math.abs(other.time - one.time) <= 2000)
      if (twins.pairs(one) !== (fit.length > 0)) return false
      const gone = before.filter((other) => ![...twins].includes(other))
      const exact = fit.filter(({ pid }) => pid === one.pid)
      const least = Math.min(...exact.map(({ time }) => Math.abs(time - one.time)))
      if (gone.length !== Math.min(fit.length, 1)) return false
      if (exact.length > 0 ? gone.some(({ time }) => Math.abs(time - one.time) !== least) : gone[0] !== fit[0]) return false
      // A restart in between changes nothing.
      if (i === 20) twins = new Twins(JSON.parse(JSON.stringify([...twins])) as Start[])
    }
    return true
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: 500 }))
})

t.test('whatever comes, the answers are those of a list that is looked through each time', async (t) => {
  const start = fc.record({
    host: fc.constantFrom('a', 'b'),
    pid: fc.constantFrom('1', '2', '3', undefined),
    provider: fc.constantFrom('x', 'y', 'z'),
    time: fc.nat({ max: 30 }).map((steps) => steps * 500),
    until: fc.constantFrom(undefined, undefined, 999),
    line: fc.constantFrom('l', 'm', undefined),
    program: fc.constantFrom('p', 'q', undefined)
  }).map(({ until, ...one }): Start => ({ ...one, ...until !== undefined && { until: one.time + until } }))
  const law = fc.property(fc.array(start, { maxLength: 60, size: 'max' }), (starts) => {
    const [twins, plain] = [new Twins(), new PlainTwins()]
    return starts.every((one) => twins.pairs(one) === plain.pairs(one) && [...twins].every((other, i) => other === plain.starts[i]) && twins.size === plain.starts.length)
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: 2000 }))
})

t.test('records are forgotten from the oldest on when only what is older than a time could be their twin', async (t) => {
  const twins = new Twins([{ ...sysmon, time: 1000 }, { ...sysmon, time: 1000, until: 1999 }, { ...sysmon, time: 0 }])

  twins.forgetBefore(3000)
  t.equal(twins.size, 3)
  twins.forgetBefore(3001)
  t.same([...twins].map(({ time, until }) => [time, until]), [[1000, 1999], [0, undefined]])
  t.equal(twins.pairs({ ...security, time: 3999 }), true)
  twins.forgetBefore(1e9)
  t.equal(twins.size, 0)
})

class PlainTwins {
  starts: Start[] = []

  pairs (one: Start): boolean {
    const near = (other: Start): number => Math.max(0, one.time - (other.until ?? other.time), other.time - (one.until ?? one.time))
    const fit = this.starts.filter((other) => {
      const isLine = one.line !== undefined && one.line === other.line
      const isProgram = one.program === other.program
      if (one.host !== other.host || one.provider === other.provider || near(other) > 2000) return false
      if (one.pid === undefined || other.pid === undefined) return isLine && isProgram
      return one.pid === other.pid && (one.line === undefined || other.line === undefined ? isProgram : isLine)
    })
    const exact = fit.filter(({ pid }) => pid === one.pid).sort((first, second) => near(first) - near(second))
    const twin = exact[0] ?? fit[0]
    this.starts = twin === undefined ? [...this.starts, one] : this.starts.filter((other) => other !== twin)
    return twin !== undefined
  }
}

const told = fc.record({ pid: fc.nat({ max: 30 }), at: fc.nat({ max: 20_000 }), late: fc.nat({ max: 1000 }), isWhole: fc.boolean(), hasLine: fc.boolean() })
const startsTold = fc.uniqueArray(told, { selector: ({ pid }) => pid, maxLength: 20 })

/** What Sysmon and the Security log tell of these starts, all with one command line; the log is late, knows whole seconds only, or no command line. */
function recordsOf (starts: { pid: number, at: number, late: number, isWhole: boolean, hasLine: boolean }[], hasPid: boolean): Start[] {
  return starts.flatMap(({ pid, at, late, isWhole, hasLine }): Start[] => {
    const second = Math.floor((at + late) / 1000) * 1000
    const one = { host: 'h1', provider: 'a', time: at, line: 'nslookup -q=txt', program: 'nslookup.exe' }
    const other = { ...one, provider: 'b', pid: String(pid), ...isWhole ? { time: second, until: second + 999 } : { time: at + late }, ...!hasLine && hasPid && { line: undefined } }
    return [{ ...one, ...hasPid && { pid: String(pid) } }, other]
  })
}

t.test('however starts with one command line come, in whatever order, each counts, and counts once', async (t) => {
  const law = fc.property(startsTold, fc.infiniteStream(fc.nat()), (starts, order) => {
    const shuffled = recordsOf(starts, true).map((record) => ({ record, key: order.next().value as number })).sort((one, other) => one.key - other.key)
    const twins = new Twins()
    return shuffled.filter(({ record }) => !twins.pairs(record)).length === starts.length
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: 500 }))
})

t.test('where one log has lost the pids that holds for records that come in their order', async (t) => {
  const law = fc.property(startsTold, (starts) => {
    const twins = new Twins()
    const exact = starts.map((start) => ({ ...start, isWhole: false }))
    return recordsOf(exact, false).sort((one, other) => one.time - other.time).filter((record) => !twins.pairs(record)).length === starts.length
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: 500 }))
})
