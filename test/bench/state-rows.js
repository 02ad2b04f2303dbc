import { fileURLToPath } from 'node:url'
import { canPin, start, told } from './children.js'

const script = fileURLToPath(new URL('state.js', import.meta.url))

/**
 * The two parts of `state.js` at the same time, each on a core of its own: bytes per tracked host, of as many hosts as
 * there is time for, and a small flood around one slow attacker.
 */
export async function measureState ({ aim }, { hosts, flood, within }) {
  const common = ['--expose-gc', '--max-old-space-size=8192', script]
  const [memory, flooded] = await Promise.all([
    ask(0, [...common, '--part', 'memory', '--hosts', String(hosts), '--within', String(within)]),
    ask(1, [...common, '--part', 'flood', '--flood', String(flood), '--groups', String(flood / 100)])
  ])
  const faults = flooded.alerts === 1 ? [] : [`flood: the attacker caused ${flooded.alerts} alerts instead of 1`]
  return { memory, wanted: hosts, flood: { hosts: flood, groups: flood / 100, ...flooded }, aim, faults }
}

async function ask (core, args) {
  const child = start(canPin() ? core : undefined, args, ['ignore', 'pipe', 'inherit'])
  return JSON.parse(await told(child.stdout, /^(\{.*\})$/m))
}
