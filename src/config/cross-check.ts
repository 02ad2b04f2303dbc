import { BlockList, isIP } from 'node:net'
import type { Config } from '../config.js'
import type { Finding } from './file.js'
import type { Code } from '../errors.js'

/** What no single key can tell: faults between the parts of a config that is well-formed by itself. */
export function crossCheck (config: Config): (Finding & { code?: Code })[] {
  return checks.flatMap((check) => check(config))
}

type Check = (config: Config) => (Finding & { code?: Code })[]

const checks: Check[] = [
  ({ listen, auth, tls, insecure }) => {
    if (isLoopback(listen.host) || auth !== undefined || tls?.caFile !== undefined || insecure) return []
    return [{
      path: ['listen'],
      at: 'value',
      code: 'TRIPLINE_INSECURE_LISTEN',
      reason: `${listen.host} can be reached from other machines without credentials: set \`auth\`, or \`tls.ca_file\` for client certificates, ` +
        'or `insecure: true` if everybody who can reach it may post; or listen on 127.0.0.1'
    }]
  },

  ({ outputs }) => Object.keys(outputs).filter((name) => outputs[name]?.send === 'events').slice(1).map((name) => ({
    path: ['outputs', name, 'send'],
    at: 'value',
    reason: 'only one output can have `send: events`: a batch has one way on'
  })),

  ({ limits }) => limits.inFlight >= limits.maxBody
    ? []
    : [{ path: ['limits', 'in_flight'], at: 'value', reason: 'is less than `max_body`, so that no body of that size could ever be taken; make it at least as large' }],

  ({ outputs }) => {
    const paths = new Set<string>()
    return Object.entries(outputs).flatMap(([name, output]) => {
      if (output.type !== 'file' || paths.size < paths.add(output.path).size) return []
      return [{ path: ['outputs', name, 'path'], at: 'value' as const, reason: 'is the file of another output, too: give each its own' }]
    })
  }
]

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

function isLoopback (host: string): boolean {
  const family = isIP(host)
  return family === 0 ? host.toLowerCase() === 'localhost' : loopback.check(host, family === 6 ? 'ipv6' : 'ipv4')
}
