/**
 * Windows events in ECS, as Winlogbeat 8 with its Sysmon and Security modules makes them: the kinds that a real stream
 * is full of, and process starts. What runs on from batch to batch stands as a mark of the same length, see `bodies.js`.
 */

/** Each mark has as many bytes as what takes its place. */
export const marks = {
  /** Nine digits: the batch's number. */
  batch: '{{batch}}',
  /** Eight digits: the number of a host that changes from batch to batch. */
  host: '{{host}}',
  /** A time to the second, with a T or a blank in its middle. */
  second: '{{second-iso-time}}',
  utc: '{{second-utc-time}}'
}

/**
 * The record `i` of a batch. `kind` is a key of `kinds`, `host` the host's number or its mark; `full` adds the rendered
 * message and the event's XML, which are two thirds of a record that nobody thinned out.
 */
export function windowsRecord (kind, i, { host = String(i % 200).padStart(8, '0'), full = false, ...start } = {}) {
  const { code, log, action, category, type, outcome, text, own } = kinds[kind]
  const facts = factsOf(i, host, start)
  const { data, fields } = own(facts)
  const { provider, guid, channel, module } = logs[log]
  const { computer, name, id, user, time } = facts
  const message = messageOf(text ?? action, { facts, data, log })
  return {
    '@timestamp': time,
    agent: { ...full && { ephemeral_id: uuid(i % 200 + 7e6) }, id: uuid(i % 200 + 8e6), name, type: 'winlogbeat', version: '8.15.3' },
    ecs: { version: '8.11.0' },
    event: {
      action,
      category,
      code,
      created: `${marks.second}.9${String(i % 100).padStart(2, '0')}Z`,
      dataset: module === 'sysmon' ? 'windows.sysmon_operational' : 'system.security',
      kind: 'event',
      module,
      ...outcome && { outcome },
      provider,
      type,
      ...full && { original: xmlOf({ code, provider, guid, channel, computer, facts, data, message }) }
    },
    host: {
      ...full && { architecture: 'x86_64', mac: [`00-50-56-8A-1F-${hex(i % 200, 2).toUpperCase()}`] },
      hostname: name,
      id,
      ip: [...full ? ['fe80::9d2f:6c1b:33a1:7e0c'] : [], `10.20.${i % 200}.17`],
      name,
      os: { ...full && { build: '19045.4291', kernel: '10.0.19041.4291' }, family: 'windows', name: 'Windows 10 Enterprise', platform: 'windows', type: 'windows', version: '10.0' }
    },
    log: { level: 'information' },
    ...full && { message },
    ...fields,
    ...full && { related: { hosts: [name], ip: [`10.20.${i % 200}.17`], user: [user] } },
    winlog: {
      channel,
      computer_name: computer,
      event_data: data,
      event_id: code,
      opcode: 'Info',
      ...full && { process: { pid: 2800 + i % 700, thread: { id: 3000 + i % 900 } } },
      provider_guid: guid,
      provider_name: provider,
      // Unlike other ids it differs in every record that the bench ever sends.
      record_id: facts.recordId,
      task: action
    }
  }
}

const logs = {
  sysmon: { provider: 'Microsoft-Windows-Sysmon', guid: '{5770385f-c22a-43e0-bf4c-06f5698ffbd9}', channel: 'Microsoft-Windows-Sysmon/Operational', module: 'sysmon' },
  security: { provider: 'Microsoft-Windows-Security-Auditing', guid: '{54849625-5478-4994-a5ba-3e3b0328c30d}', channel: 'Security', module: 'security' },
  powershell: { provider: 'Microsoft-Windows-PowerShell', guid: '{a0c1853b-5c40-4b15-8766-3cf1c58f985a}', channel: 'Microsoft-Windows-PowerShell/Operational', module: 'powershell' }
}

// `data` is what stays under Windows' own names, `fields` what has an ECS name.
const kinds = {
  access: {
    code: '10',
    log: 'sysmon',
    action: 'Process accessed (rule: ProcessAccess)',
    category: ['process'],
    type: ['access'],
    own: ({ i, guid, image, process }) => ({
      data: {
        RuleName: '-',
        SourceThreadId: String(4000 + i % 800),
        TargetProcessGUID: guid('4a'),
        TargetProcessId: String(700 + i % 90),
        TargetImage: pick(images, i, 3),
        GrantedAccess: pick(['0x1000', '0x1410', '0x1FFFFF', '0x3000'], i, 4),
        CallTrace: `C:\\windows\\SYSTEM32\\ntdll.dll+9c${i % 900}|${image}+222a3|C:\\windows\\System32\\user32.dll+1a172|C:\\windows\\System32\\KERNEL32.DLL+17bd4`
      },
      fields: { process, user: { id: 'S-1-5-18' } }
    })
  },
  load: {
    code: '7',
    log: 'sysmon',
    action: 'Image loaded (rule: ImageLoad)',
    category: ['process'],
    type: ['change'],
    own: ({ i, process }) => ({
      data: { RuleName: '-', Company: 'Microsoft Corporation', Description: pick(['Microsoft OLE for Windows', 'On Demand Connctiond Route Helper', 'Userenv', 'Multi-User Windows USER API Client DLL'], i, 1), Product: 'Microsoft® Windows® Operating System', SignatureStatus: 'Valid', Signed: 'true' },
      fields: {
        process,
        dll: {
          name: pick(dlls, i, 2),
          path: `C:\\Windows\\System32\\${pick(dlls, i, 2)}`,
          code_signature: { signed: true, status: 'Valid', subject_name: 'Microsoft Windows', valid: true },
          hash: { sha256: hex(i, 64) },
          pe: { company: 'Microsoft Corporation', imphash: hex(i + 1, 32), original_file_name: pick(dlls, i, 2).toUpperCase() }
        },
        file: { name: pick(dlls, i, 2), path: `C:\\Windows\\System32\\${pick(dlls, i, 2)}` }
      }
    })
  },
  registry: {
    code: '13',
    log: 'sysmon',
    action: 'Registry value set (rule: RegistryEvent)',
    category: ['configuration', 'registry'],
    type: ['change'],
    own: ({ i, sid, process }) => ({
      data: { RuleName: '-', EventType: 'SetValue', Details: `%%systemroot%%\\system32\\${pick(dlls, i, 5)}` },
      fields: {
        process,
        registry: {
          data: { strings: [`%%systemroot%%\\system32\\${pick(dlls, i, 5)}`], type: 'SZ' },
          hive: 'HKU',
          key: `${sid}\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\\Connections`,
          path: `HKU\\${sid}\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\\Connections\\DefaultConnectionSettings`,
          value: 'DefaultConnectionSettings'
        }
      }
    })
  },
  network: {
    code: '3',
    log: 'sysmon',
    action: 'Network connection detected (rule: NetworkConnect)',
    category: ['network'],
    type: ['start', 'connection', 'protocol'],
    own: ({ i, process, user }) => ({
      data: { RuleName: '-', DestinationIsIpv6: 'false', SourceIsIpv6: 'false', SourcePortName: '-', DestinationPortName: 'https' },
      fields: {
        process,
        source: { domain: '-', ip: `10.20.${i % 200}.17`, port: 49152 + i % 9000 },
        destination: { domain: `edge-${i % 300}.cdn.example.com`, ip: `203.0.113.${i % 254}`, port: 443 },
        network: { community_id: `1:${hex(i, 27)}=`, direction: 'egress', protocol: 'https', transport: 'tcp', type: 'ipv4' },
        user: { domain: 'CORP', name: user }
      }
    })
  },
  dns: {
    code: '22',
    log: 'sysmon',
    action: 'Dns query (rule: DnsQuery)',
    category: ['network'],
    type: ['connection', 'protocol', 'info'],
    own: ({ i, process, question = `www${i % 90}.shop${i % 31}.example.org` }) => ({
      data: { RuleName: '-', QueryStatus: '0', QueryResults: `type:  5 edge-${i % 300}.cdn.example.com;::ffff:203.0.113.${i % 254};` },
      fields: {
        process,
        dns: { answers: [{ data: `edge-${i % 300}.cdn.example.com`, type: 'CNAME' }, { data: `203.0.113.${i % 254}`, type: 'A' }], question: { name: question, registered_domain: question.split('.').slice(-2).join('.'), subdomain: question.split('.').slice(0, -2).join('.'), top_level_domain: 'org' }, resolved_ip: [`203.0.113.${i % 254}`] },
        network: { protocol: 'dns' },
        sysmon: { dns: { status: 'SUCCESS' } }
      }
    })
  },
  filter: {
    code: '5156',
    log: 'security',
    action: 'windows-firewall-connection',
    category: ['network'],
    type: ['connection', 'allowed'],
    outcome: 'success',
    text: 'The Windows Filtering Platform has permitted a connection.',
    own: ({ i, process, pid, image }) => ({
      data: {
        Application: image.toLowerCase().replace('c:', '\\device\\harddiskvolume2'),
        DestAddress: `10.20.0.${i % 250}`,
        DestPort: '53',
        Direction: '%%14593',
        FilterRTID: String(69000 + i),
        LayerName: '%%14611',
        LayerRTID: '48',
        ProcessId: String(pid),
        Protocol: '17',
        RemoteMachineID: 'S-1-0-0',
        RemoteUserID: 'S-1-0-0',
        SourceAddress: `10.20.${i % 200}.17`,
        SourcePort: String(49152 + i % 9000)
      },
      fields: { process, source: { ip: `10.20.${i % 200}.17`, port: 49152 + i % 9000 }, destination: { ip: `10.20.0.${i % 250}`, port: 53 }, network: { direction: 'outbound', iana_number: '17', transport: 'udp' } }
    })
  },
  handle: {
    code: '4656',
    log: 'security',
    action: 'Handle to an object was requested',
    category: ['iam'],
    type: ['info'],
    outcome: 'success',
    text: 'A handle to an object was requested.',
    own: ({ i, user, sid, process }) => ({
      data: { AccessList: '%%1538\r\n\t\t\t\t%%4416\r\n\t\t\t\t%%4417\r\n', AccessMask: '0x20019', AccessReason: '-', HandleId: `0x${hex(i, 3)}`, ObjectName: '\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Services\\userenv', ObjectServer: 'Security', ObjectType: 'Key', PrivilegeList: '-', RestrictedSidCount: '0', SubjectDomainName: 'CORP', SubjectLogonId: `0x${hex(i, 7)}`, SubjectUserName: user, SubjectUserSid: sid, TransactionId: '{00000000-0000-0000-0000-000000000000}' },
      fields: { process, user: { domain: 'CORP', id: sid, name: user } }
    })
  },
  logon: {
    code: '4624',
    log: 'security',
    action: 'logged-in',
    category: ['authentication'],
    type: ['start'],
    outcome: 'success',
    text: 'An account was successfully logged on.',
    own: ({ i, user, sid, guid }) => ({
      data: { AuthenticationPackageName: 'Kerberos', ElevatedToken: '%%1842', ImpersonationLevel: '%%1833', KeyLength: '0', LmPackageName: '-', LogonGuid: guid('7c'), LogonProcessName: 'Kerberos', LogonType: '3', RestrictedAdminMode: '-', SubjectDomainName: '-', SubjectLogonId: '0x0', SubjectUserName: '-', SubjectUserSid: 'S-1-0-0', TargetDomainName: 'CORP', TargetLogonId: `0x${hex(i, 7)}`, TargetOutboundDomainName: '-', TargetUserName: user, TargetUserSid: sid, TransmittedServices: '-', VirtualAccount: '%%1843', WorkstationName: '-' },
      fields: { process: { executable: '-', name: '-', pid: 0 }, source: { ip: `10.20.${i % 200}.18`, port: 50000 + i % 9000 }, user: { domain: 'CORP', id: sid, name: user } }
    })
  },
  script: {
    code: '4104',
    log: 'powershell',
    action: 'Execute a Remote Command',
    category: ['process'],
    type: ['info'],
    text: 'Creating Scriptblock text (1 of 1):',
    own: ({ i, user, sid, process, guid }) => ({
      data: { MessageNumber: '1', MessageTotal: '1', ScriptBlockId: guid('5b').slice(1, -1), Path: `C:\\Users\\${user}\\Documents\\üç\\update-${i % 40}.ps1` },
      fields: { process, powershell: { file: { script_block_id: guid('5b').slice(1, -1), script_block_text: `function Get-Update${i % 40} {\r\n\tparam([string]$Name = "C:\\Users\\${user}\\AppData\\Local\\Temp")\r\n\tGet-ChildItem -Path "$Name\\*" -Include *.log | ForEach-Object { Write-Verbose "found \`"$($_.FullName)\`" — ✓" }\r\n\t$u = "https://updates.example.com/v${i % 9}/feed?host=$env:COMPUTERNAME&user=$env:USERNAME"\r\n}\r\n` } }, user: { id: sid, name: user } }
    })
  },
  start: {
    code: '1',
    log: 'sysmon',
    action: 'Process Create (rule: ProcessCreate)',
    category: ['process'],
    type: ['start'],
    own: ({ i, user, guid, process, name, args, commandLine }) => ({
      data: { RuleName: '-', Company: 'Microsoft Corporation', Description: name, FileVersion: '10.0.19041.1 (WinBuild.160101.0800)', IntegrityLevel: 'Medium', LogonGuid: guid('77'), LogonId: `0x${hex(i, 6)}`, Product: 'Microsoft® Windows® Operating System', TerminalSessionId: '1' },
      fields: {
        process: {
          ...process,
          args,
          args_count: args.length,
          command_line: commandLine,
          hash: { sha256: hex(i, 64) },
          parent: { args: ['C:\\Windows\\system32\\cmd.exe'], args_count: 1, command_line: '"C:\\Windows\\system32\\cmd.exe" ', entity_id: guid('11'), executable: 'C:\\Windows\\System32\\cmd.exe', name: 'cmd.exe', pid: 5000 + i % 3000 },
          pe: { company: 'Microsoft Corporation', imphash: hex(i + 1, 32), original_file_name: process.name },
          working_directory: `C:\\Users\\${user}\\`
        },
        user: { domain: 'CORP', name: user }
      }
    })
  },
  end: {
    code: '5',
    log: 'sysmon',
    action: 'Process terminated (rule: ProcessTerminate)',
    category: ['process'],
    type: ['end'],
    own: ({ process, user }) => ({
      data: { RuleName: '-' },
      fields: { process, user: { domain: 'CORP', name: user } }
    })
  }
}

const images = ['C:\\Windows\\System32\\svchost.exe', 'C:\\windows\\system32\\userinit.exe', 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', 'C:\\Windows\\explorer.exe', 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe', 'C:\\Windows\\System32\\lsass.exe', 'C:\\Program Files (x86)\\Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe', 'C:\\windows\\system32\\usoclient.exe', 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe']
const dlls = ['ole32.dll', 'OnDemandConnRouteHelper.dll', 'userenv.dll', 'user32.dll', 'ucrtbase.dll', 'kernel32.dll', 'combase.dll', 'uxtheme.dll']
// Some are not ASCII, so that no encoder gets by without escapes or UTF-8.
const users = ['alice', 'bob', 'carol', 'svc-backup', 'ulrike', 'dave', 'José', 'erin', 'uwe.müller', 'frank', 'grace', '田中', 'heidi', 'ivan', 'judy', 'urs']

function factsOf (i, host, { program, line, question }) {
  const number = String(i).padStart(3, '0')
  const image = program === undefined ? pick(images, i, 0) : `C:\\Windows\\System32\\${program}`
  const name = `WS-${host}`
  const guid = (first) => `{${first}${hex(i, 6)}-226b-5f69-1000-${marks.batch}${number}}`
  const pid = 1000 + i * 7 % 9000
  const user = pick(users, i, 6)
  const commandLine = line ?? `${image} -k netsvcs -p -s ${number}`
  return {
    i,
    name,
    id: `6f2c1b1e-7c0d-4d0e-9a55-0000${host}`,
    computer: `${name}.corp.example`,
    user,
    sid: `S-1-5-21-1004336348-1177238915-682003330-${1000 + i}`,
    time: `${marks.second}.${number}Z`,
    utc: `${marks.utc}.${number}`,
    recordId: `${marks.batch}${number}`,
    guid,
    pid,
    image,
    question,
    line,
    commandLine,
    args: commandLine.split(' '),
    process: { entity_id: guid('b3'), executable: image, name: image.split('\\').at(-1), pid }
  }
}

function messageOf (text, { facts, data, log }) {
  const lines = Object.entries(dataOf(facts, data)).map(([name, value]) => `${log === 'security' ? '\t' : ''}${name}: ${value}`)
  return `${text}\r\n${lines.join('\r\n')}${log === 'security' ? explanation : ''}`
}

const explanation = '\r\n\r\nThis event is generated when a logon session is created or an object is touched. It is generated on the computer that was accessed.\r\n\r\nThe subject fields indicate the account on the local system which requested it. This is most commonly a service such as the Server service, or a local process such as "Winlogon.exe" or "Services.exe".'

/** The event as Windows forwards it: with the message that it was rendered to. */
function xmlOf ({ code, provider, guid, channel, computer, facts, data, message }) {
  const pairs = Object.entries(dataOf(facts, data)).map(([name, value]) => `<Data Name='${name}'>${escaped(value)}</Data>`)
  return `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='${provider}' Guid='${guid}'/><EventID>${code}</EventID><Version>5</Version><Level>4</Level><Task>${code}</Task><Opcode>0</Opcode><Keywords>0x8000000000000000</Keywords><TimeCreated SystemTime='${facts.time}'/><EventRecordID>${facts.recordId}</EventRecordID><Correlation/><Execution ProcessID='3172' ThreadID='4048'/><Channel>${channel}</Channel><Computer>${computer}</Computer><Security UserID='S-1-5-18'/></System><EventData>${pairs.join('')}</EventData><RenderingInfo Culture='en-US'><Message>${escaped(message)}</Message><Level>Information</Level><Opcode>Info</Opcode><Channel>${channel}</Channel><Provider>${provider}</Provider><Keywords></Keywords></RenderingInfo></Event>`
}

/** As Windows itself names them, those included that have an ECS name. */
function dataOf ({ utc, guid, pid, image, user, line }, data) {
  return { UtcTime: utc, ProcessGuid: guid('b3'), ProcessId: pid, Image: image, User: `CORP\\${user}`, ...line && { CommandLine: line }, ...data }
}

function escaped (value) {
  return String(value).replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character])
}

function pick (list, i, salt) {
  return list[(Math.imul(i * 31 + salt * 7919 + 1, 2654435761) >>> 8) % list.length]
}

function hex (i, length) {
  let text = ''
  for (let part = 1; text.length < length; part++) text += (Math.imul(i + part * 7919, 2654435761) >>> 0).toString(16).padStart(8, '0')
  return text.slice(0, length)
}

function uuid (number) {
  const text = hex(number, 32)
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-a${text.slice(17, 20)}-${text.slice(20, 32)}`
}
