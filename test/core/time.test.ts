import fc from 'fast-check'
import t from 'tap'
import { readTime, showTime } from '../../src/core/time.js'

const noon = Date.UTC(2026, 2, 2, 12)
const newestDate = 8.64e15

t.test('a time is read in every way that shippers and Windows write it', async (t) => {
  const cases: [title: string, value: unknown, time: number][] = [
    ['ISO 8601 in UTC', '2026-03-02T12:00:00Z', noon],
    ['with ms', '2026-03-02T12:00:00.123Z', noon + 123],
    ['with ns, rounded down', '2026-03-02T12:00:00.123999999Z', noon + 123],
    ['with one digit', '2026-03-02T12:00:00.1Z', noon + 100],
    ['with twenty digits', '2026-03-02T12:00:00.12399999999999999999Z', noon + 123],
    ['before 1970, rounded down as well', '1969-12-31T23:59:59.9999Z', -1],
    ['with a comma', '2026-03-02T12:00:00,5Z', noon + 500],
    ['in lower case', '2026-03-02t12:00:00z', noon],
    ['Sysmon\'s UtcTime', '2026-03-02 12:00:00.042', noon + 42],
    ['without a zone it is UTC', '2026-03-02T12:00:00', noon],
    ['with the zone spelt out', '2026-03-02 12:00:00 UTC', noon],
    ['east of UTC', '2026-03-02T14:30:00+02:30', noon],
    ['west of UTC', '2026-03-02T04:00:00-0800', noon],
    ['with the hours of the zone alone', '2026-03-02T13:00:00+01', noon],
    ['without seconds', '2026-03-02T12:00Z', noon],
    ['a day', '2026-03-02', noon - 12 * 3_600_000],
    ['between blanks', ' 2026-03-02T12:00:00Z\r\n', noon],
    ['the end of a day', '2026-03-01T24:00:00Z', noon - 12 * 3_600_000],
    ['a leap second is the first second of the next minute', '2016-12-31T23:59:60.5Z', Date.UTC(2017, 0, 1) + 500],
    ['a leap day', '2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['a leap day of a year below 100', '0004-02-29T00:00:00Z', new Date(0).setUTCFullYear(4, 1, 29)],
    ['a year of six digits', '+275760-09-13T00:00:00Z', newestDate],
    ['seconds', 1772442900, 1772442900000],
    ['seconds with a fraction', 1772442900.123, 1772442900123],
    ['ms', 1772442900123, 1772442900123],
    ['ms with a fraction, rounded down', 1772442900123.9, 1772442900123],
    ['µs', 1772442900123999, 1772442900123],
    ['ns', 1772442900123456768, 1772442900123],
    ['digits', '1772442900', 1772442900000],
    ['digits with a fraction', '1772442900.123', 1772442900123],
    ['digits in ms', '1772442900123', 1772442900123],
    ['digits in ns', '1772442900123456789', 1772442900123],
    ['nothing', 0, 0],
    ['seconds before 1970, rounded down', -0.0001, -1]
  ]
  for (const [title, value, time] of cases) t.equal(readTime(value), time, title)
})

t.test('what is no time is undefined', async (t) => {
  const cases: unknown[] = [
    undefined, null, true, {}, [1772442900], new Date(0), 1772442900123n, NaN, Infinity, -Infinity, 1e300, -1e25,
    '', ' ', 'now', '12:00:00', '2026-03-02T12', '2026-3-2', '2026-03-02T12:00:00X', '2026-03-02T12:00:00.Z', '--1772442900', '0x10', '1e9',
    '2026-00-10', '2026-13-01', '2026-01-00', '2026-02-29', '2026-04-31', '2026-99-99',
    '2026-03-02T25:00:00Z', '2026-03-02T24:00:01Z', '2026-03-02T24:30:00Z', '2026-03-02T12:60:00Z', '2026-03-02T12:00:61Z',
    '2026-03-02T12:00:00+24:00', '2026-03-02T12:00:00+01:60', '+275760-09-13T00:00:01Z', '-271821-04-20T00:00:00+00:01', '+999999-01-01'
  ]
  for (const value of cases) t.equal(readTime(value), undefined, String(value))
})

t.test('a hostile text takes no longer than an honest one', async (t) => {
  const started = process.hrtime.bigint()

  t.equal(readTime('2026-03-02' + ' '.repeat(1_000_000) + 'x'), undefined)
  t.equal(readTime(' '.repeat(1_000_000)), undefined)
  t.equal(readTime('1'.repeat(1_000_000)), undefined)

  t.ok(process.hrtime.bigint() - started < 1_000_000_000n)
})

t.test('a whole ms written in s, ms, µs or ns is that ms, until the year 2116', async (t) => {
  const law = fc.property(fc.integer({ min: 1e11, max: 4.6e12 }), (time) => {
    const digits = String(time)
    const written = [time, time / 1000, time * 1000, time * 1e6, digits, `${digits.slice(0, -3)}.${digits.slice(-3)}`, `${digits}000`, `${digits}000000`]
    return written.every((value) => readTime(value) === time)
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: 2000 }))
})

t.test('a time that was shown reads as itself', async (t) => {
  const law = fc.property(fc.maxSafeInteger().map((number) => number % (newestDate + 1)), (time) => readTime(showTime(time)) === time)
  t.doesNotThrow(() => fc.assert(law, { examples: [[newestDate], [-newestDate], [0], [-1], [-62_198_755_200_000]] }))
})

t.test('a time beyond what a Date holds is shown as the end of what it does', async (t) => {
  t.equal(showTime(newestDate + 1), '+275760-09-13T00:00:00.000Z')
  t.equal(showTime(Infinity), '+275760-09-13T00:00:00.000Z')
  t.equal(showTime(-Infinity), '-271821-04-20T00:00:00.000Z')
  t.equal(showTime(noon), '2026-03-02T12:00:00.000Z')
})

t.test('no text makes it throw', async (t) => {
  const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[+-]?\d{1,7}-\d{1,3}-\d{1,3}[T ]\d{1,3}:\d\d(:\d\d(\.\d*)?)?(Z|[+-]\d\d)?$/))
  const law = fc.property(fc.oneof(text, fc.double(), fc.anything()), (value) => {
    const time = readTime(value)
    return time === undefined || (Number.isInteger(time) && Math.abs(time) <= newestDate)
  })
  t.doesNotThrow(() => fc.assert(law, { numRuns: 2000 }))
})
