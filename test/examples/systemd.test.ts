import { readFileSync } from 'node:fs'
import t from 'tap'

const known = {
  Unit: ['Description', 'After', 'Wants'],
  Service: [
    'Type', 'ExecStart', 'ExecReload', 'EnvironmentFile', 'Restart', 'RestartSec', 'TimeoutStopSec', 'LimitNOFILE', 'DynamicUser',
    'StateDirectory', 'LogsDirectory', 'WorkingDirectory', 'CapabilityBoundingSet', 'LockPersonality', 'NoNewPrivileges', 'PrivateDevices',
    'ProtectControlGroups', 'ProtectHome', 'ProtectKernelModules', 'ProtectKernelTunables', 'ProtectSystem', 'RestrictAddressFamilies',
    'RestrictNamespaces', 'SystemCallArchitectures'
  ],
  Install: ['WantedBy']
}
const unit = readUnit(readFileSync('examples/systemd/tripline.service', 'utf8'))

t.test('the unit holds sections and keys that exist', async (t) => {
  t.same(Object.keys(unit), Object.keys(known))
  for (const [section, keys] of Object.entries(known)) t.same(Object.keys(unit[section] ?? {}).filter((key) => !keys.includes(key)), [])
})

t.test('it starts the command with options that it has, its state in the folder that systemd makes', async (t) => {
  const [command, ...options] = unit.Service?.ExecStart?.split(' ') ?? []

  t.match(command, /^\/.*\/tripline$/)
  t.same(options.filter((option) => option.startsWith('--')), ['--config', '--state'])
  t.ok(options[3]?.startsWith(`/var/lib/${unit.Service?.StateDirectory}/`))
})

t.test('a reload is a SIGHUP, and a stop leaves the 10 s that Tripline may need', async (t) => {
  t.equal(unit.Service?.ExecReload, '/bin/kill -HUP $MAINPID')
  t.ok(Number(unit.Service?.TimeoutStopSec) > 10)
})

function readUnit (text: string): Record<string, Record<string, string>> {
  const read: Record<string, Record<string, string>> = {}
  let section: Record<string, string> = {}
  for (const line of text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))) {
    const [, name, key, value] = /^(?:\[(\w+)\]|(\w+)=(.*))$/.exec(line) as unknown as string[]
    if (name !== undefined) section = read[name] = {}
    else section[key as string] = value as string
  }
  return read
}
