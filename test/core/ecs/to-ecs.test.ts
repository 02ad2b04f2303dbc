import fc from 'fast-check'
import t from 'tap'
import { toEcs } from '../../../src/core/ecs/to-ecs.js'
import { fieldType } from '../../../src/core/ecs/field-types.js'
import { Fields, type FieldMap } from '../../../src/core/fields.js'
import { isVerbatim } from '../../../src/core/kql/literals.js'
import { dresses, shapeOf, type RealStart } from '../../fixtures/dress.js'
import { processCreation, readEvents, vectorSamples, winevtlogSamples } from '../../fixtures/read-events.js'

const time = Date.UTC(2026, 2, 2, 12, 0, 0, 250)
const start: RealStart = { time, host: 'PC1.example', pid: 7412, image: 'C:\\Windows\\System32\\nslookup.exe', line: 'nslookup "-q=txt"  a.example', recordId: 7 }

t.test('a start is the same start in whatever shape it comes', async (t) => {
  for (const [dress, make] of Object.entries(dresses)) {
    if (dress === 'ecs') continue
    const [sysmon, security] = [toEcs(make(start, 'sysmon')), toEcs(make(start, 'security'))]

    for (const mapped of [sysmon, security]) {
      t.equal(mapped.shape, shapeOf(dress))
      t.match(mapped.mapped?.fields, {
        'event.category': ['process'],
        'event.type': ['start'],
        'host.name': 'PC1.example',
        'host.os.type': 'windows',
        'process.pid': 7412,
        'process.executable': 'C:\\Windows\\System32\\nslookup.exe',
        'process.name': 'nslookup.exe',
        'process.command_line': 'nslookup "-q=txt"  a.example',
        'process.args': ['nslookup', '-q=txt', 'a.example'],
        'process.args_count': 3,
        'process.parent.pid': 5120,
        'process.parent.executable': 'C:\\Windows\\System32\\cmd.exe',
        'process.parent.name': 'cmd.exe',
        'user.name': 'alice',
        'user.domain': 'CORP',
        'related.user': ['alice'],
        'winlog.computer_name': 'PC1.example'
      }, dress)
    }
    t.match(sysmon.mapped?.fields, {
      'event.code': '1',
      'event.provider': 'Microsoft-Windows-Sysmon',
      'event.action': 'Process creation',
      'process.entity_id': '{5F0C2D11-9B3F-68A6-4F1C-000000001CF4}',
      'process.hash.md5': '0a1b2c3d4e5f60718293a4b5c6d7e8f9',
      'process.pe.original_file_name': 'nslookup.exe',
      'process.parent.command_line': '"C:\\Windows\\system32\\cmd.exe" /c run.cmd',
      'process.parent.args': ['C:\\Windows\\system32\\cmd.exe', '/c', 'run.cmd'],
      'rule.name': undefined,
      'process.pe.imphash': undefined,
      'winlog.channel': 'Microsoft-Windows-Sysmon/Operational'
    }, dress)
    t.equal(sysmon.mapped?.moment.time, time, dress)
    t.match(security.mapped?.fields, { 'event.code': '4688', 'event.action': 'created-process', 'event.outcome': 'success', 'user.id': 'S-1-5-21-1004336348-1177238915-682003330-1147', 'process.entity_id': undefined }, dress)
    t.equal(Math.floor((security.mapped?.moment.time ?? 0) / 1000), Math.floor(time / 1000), dress)
  }
})

t.test('a record is left as it came, and read the same way again', async (t) => {
  for (const make of Object.values(dresses)) {
    const record = make(start, 'sysmon')
    const before = structuredClone(record)

    t.strictSame(seen(record), seen(record))
    t.strictSame(record, before)
  }
})

t.test('ECS stands as it is, and so does what nobody knows', async (t) => {
  const cases: [record: FieldMap, shape: string][] = [
    [dresses['ecs']?.(start, 'sysmon') ?? {}, 'ecs'],
    [{ 'event.category': 'process', winlog: { event_id: 1 } }, 'ecs'],
    [{ event: { category: ['process'] }, EventID: 1, Hostname: 'x' }, 'ecs'],
    [{ event: { kind: 'event' } }, 'ecs'],
    [{ process: { name: 'x' } }, 'ecs'],
    [{ 'process.name': 'x' }, 'ecs'],
    [{}, 'other'],
    [{ message: 'x', host: 'y' }, 'other'],
    [{ event: 'x' }, 'other']
  ]
  for (const [record, shape] of cases) t.same(toEcs(record), { shape, foreign: [] })
})

t.test('names of ECS by which a shape means something else are told', async (t) => {
  t.same(toEcs(dresses['winlogbeat6']?.(start, 'sysmon') ?? {}).foreign, ['host', 'user'])
  t.same(toEcs(dresses['nxlog']?.(start, 'sysmon') ?? {}).foreign, [])
})

t.test('what is said to stand in the record as it is does stand there', async (t) => {
  const records = [processCreation, winevtlogSamples, vectorSamples].flatMap(readEvents).concat(Object.values(dresses).flatMap((make) => [make(start, 'sysmon'), make(start, 'security')]))
  const missing = new Set<string>()
  for (const record of records) {
    const fields = toEcs(record).mapped?.fields
    if (fields === undefined) continue
    const bytes = JSON.stringify(record)
    const mapped = new Fields(fields, 0)
    for (const name of mapped.names().filter((name) => isVerbatim(name) && !['long', 'date'].includes(fieldType(name)))) {
      for (const value of mapped.values(name)) {
        const runs = typeof value === 'string' ? value.split(/[^ -~]|["\\/<>&'+=`]/) : []
        if (runs.some((run) => !bytes.includes(run))) missing.add(`${name}: ${String(value)}`)
      }
    }
  }
  t.same([...missing], [])
})

t.test('whatever a record holds, it is read', async (t) => {
  const names = ['winlog', 'event', 'Event', 'System', 'EventData', 'event_data', 'event_id', 'EventID', 'Computer', 'ComputerName', 'Hostname', 'ProviderName', 'provider_name', 'StringInserts', 'message', 'TimeGenerated',
    'Data', 'Name', 'Image', 'ProcessGuid', 'CommandLine', 'NewProcessId', 'Hashes', 'User', 'UtcTime', 'EventTime', 'EventReceivedTime', '@timestamp', 'host', 'user', '__proto__', 'Event.System.EventID', 'winlog.event_data.Image', 'winlog.event_id']
  const values = ['1', '4688', 'Microsoft-Windows-Sysmon', '<Event><EventData><Data Name="', '{"Image":', '[[[', '2026-03-02 12:00:00', '-', '', '0x1', 'a\\b', 1, 4688, -1, 1e300, null, true, 2n ** 70n]
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof({ maxDepth: 4 }, fc.constantFrom<unknown>(...values), fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(fc.constantFrom(...names), tie('tree'), { maxKeys: 8, noNullPrototype: false }))
  }))
  fc.assert(fc.property(fc.dictionary(fc.constantFrom(...names), tree, { maxKeys: 12 }), (record) => {
    t.type(seen(record).shape, 'string')
  }), { numRuns: 2000 })
})

/** All that the mapping makes of it. */
function seen (record: FieldMap): { shape: string, [name: string]: unknown } {
  const { shape, foreign, mapped } = toEcs(record)
  return { shape, foreign, fields: mapped?.fields, moment: mapped?.moment }
}
