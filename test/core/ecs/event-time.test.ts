import t from 'tap'
import { offsetOf, readEventTime } from '../../../src/core/ecs/event-time.js'

const noon = Date.UTC(2026, 2, 2, 12)

t.test('the first time that can be read is taken, and what it does not tell is marked', async (t) => {
  const cases: [title: string, times: unknown[], offset: number | undefined, expected: object | undefined][] = [
    ['with a zone', ['2026-03-02T12:00:00.5Z'], undefined, { time: noon + 500 }],
    ['with an offset, as Fluent Bit writes it', ['2026-03-02 14:00:00 +0200'], undefined, { time: noon, wholeSecond: true }],
    ['a zone that the record knows better', ['2026-03-02T12:00:00.5Z'], 3_600_000, { time: noon + 500 }],
    ['without a zone: UTC', ['2026-03-02 12:00:00.123'], undefined, { time: noon + 123, zone: 'UTC' }],
    ['without a zone, where the record tells it', ['2026-03-02 08:00:00'], -4 * 3_600_000, { time: noon, zone: '-04:00', wholeSecond: true }],
    ['east of Greenwich, and not by whole hours', ['2026-03-02 17:45:00.000'], 5.75 * 3_600_000, { time: noon, zone: '+05:45' }],
    ['a day', ['2026-03-02'], undefined, { time: noon - 12 * 3_600_000, zone: 'UTC', wholeSecond: true }],
    ['a number', [noon], undefined, { time: noon }],
    ['a number as text', [String(noon)], undefined, { time: noon, wholeSecond: true }],
    ['the second where the first is none', ['', undefined, 'soon', '2026-03-02T12:00:00.0Z'], undefined, { time: noon }],
    ['none', ['soon'], undefined, undefined]
  ]
  t.same(readEventTime({ times: ['2026-03-02 12:00:00.0'] }), { time: noon, zone: 'UTC' })
  for (const [title, times, offset, expected] of cases) t.same(readEventTime({ times, offset: () => offset }), expected, title)
})

t.test('two notes of one moment tell the zone of the one that has none', async (t) => {
  const hour = 3_600_000
  const cases: [title: string, local: unknown, instant: unknown, expected: number | undefined][] = [
    ['four hours behind', '2026-03-02 08:00:00', '2026-03-02T12:00:00.400Z', -4 * hour],
    ['noted two minutes later', '2026-03-02 08:00:00', '2026-03-02T12:02:00Z', -4 * hour],
    ['noted too late to be sure', '2026-03-02 08:00:00', '2026-03-02T12:02:01Z', undefined],
    ['in UTC', '2026-03-02 12:00:00', '2026-03-02T12:00:09Z', 0],
    ['a second ahead, as clocks are', '2026-03-02 12:00:01', '2026-03-02T12:00:00Z', 0],
    ['in Nepal', '2026-03-02 17:45:00', '2026-03-02T12:00:03Z', 5.75 * hour],
    ['no zone of this earth', '2026-03-03 12:00:00', '2026-03-02T12:00:00Z', undefined],
    ['the first has a zone', '2026-03-02T08:00:00Z', '2026-03-02T12:00:00Z', undefined],
    ['the second has none', '2026-03-02 08:00:00', '2026-03-02 12:00:00', undefined],
    ['no time', 'soon', '2026-03-02T12:00:00Z', undefined],
    ['nor here', '2026-03-02 08:00:00', undefined, undefined]
  ]
  for (const [title, local, instant, expected] of cases) t.equal(offsetOf(local, instant), expected, title)
})
