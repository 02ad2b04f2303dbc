import t from 'tap'
import { isFlat, isNxlog, readFlat } from '../../../src/core/ecs/flat.js'
import { fullStream, processCreation, readEvents } from '../../fixtures/read-events.js'

t.test('the recorded flat records are told apart, and read', async (t) => {
  const records = readEvents(processCreation)
  const [agent = {}, exported = {}] = [records[65], records[730]]

  t.ok(records.slice(64, 730).every(isNxlog))
  t.ok(readEvents(fullStream).every(isNxlog))
  t.ok(records.slice(730).every((record) => isFlat(record) && !isNxlog(record)))
  t.match(readFlat(agent), {
    code: '4688',
    provider: 'Microsoft-Windows-Security-Auditing',
    channel: 'Security',
    computer: 'MORDORDC.theshire.local',
    recordId: '185258',
    version: 2,
    level: 'INFO',
    task: 13312,
    opcode: 'Info',
    user: undefined,
    times: ['2020-09-04 03:06:21', undefined, undefined, undefined, '2020-09-04T07:06:22.515Z', undefined]
  })
  t.equal(readFlat(agent).offset?.(), -4 * 3_600_000)
  t.equal(readFlat(agent).data, agent)
  t.match(readFlat(exported), { computer: 'MKT01.pandalab.com', level: '0', recordId: undefined, times: [undefined, '2023-08-15T09:53:48.447Z'] })
  t.equal(readFlat(exported).offset?.(), undefined)
})

t.test('the zone of the agent is believed while its two times belong together', async (t) => {
  const received = '2026-03-02 08:00:01'
  const cases: [title: string, record: object, offset: number | undefined][] = [
    ['a second later', { EventTime: '2026-03-02 08:00:00', EventReceivedTime: received }, -4 * 3_600_000],
    ['hours later, as when a machine was away', { EventTime: '2026-03-01 23:00:00', EventReceivedTime: received }, -4 * 3_600_000],
    ['days later', { EventTime: '2026-02-02 08:00:00', EventReceivedTime: received }, undefined],
    ['no event time', { EventReceivedTime: received }, undefined],
    ['not received', { EventTime: '2026-03-02 08:00:00' }, undefined]
  ]
  for (const [title, record, offset] of cases) t.equal(readFlat({ '@timestamp': '2026-03-02T12:00:02Z', ...record }).offset?.(), offset, title)
})

t.test('the names that others use are known too', async (t) => {
  t.match(readFlat({ EventCode: 1, ComputerName: 'PC1', ProviderName: 'P', LogName: 'L', EventRecordID: 7 }), { code: '1', computer: 'PC1', provider: 'P', channel: 'L', recordId: '7' })
  t.match(readFlat({ EventId: 1, Computer: 'PC1', host: 'collector', Provider_Name: 'P' }), { code: '1', computer: 'PC1', provider: 'P' })
})

t.test('records of others are none', async (t) => {
  for (const record of [{}, { EventID: 1 }, { Hostname: 'x', Image: 'y' }, { event_id: 1, Hostname: 'x' }]) t.notOk(isFlat(record))
  t.notOk(isNxlog({ EventReceivedTime: 'x' }))
  t.ok(isFlat({ EventID: 1, Image: 'x.exe' }))
})
