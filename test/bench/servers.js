import { fileURLToPath } from 'node:url'
import { canPin, startAsked } from './children.js'

// The load generator, and whoever else is not measured, has the other.
const [serverCore, loadCore] = canPin() ? [0, 1] : []

/** A server in a process of its own. Tripline's alerts go to `alerts`; `profile` is a folder for V8's profile of it. */
export async function startServer ({ kind, options = {} }, { alerts, profile }) {
  const args = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const setup = { kind, options: { ...options, outputs: { downstream: { type: 'http', uri: alerts } } } }
  const child = startAsked(serverCore, [...args, pathOf('server.js'), JSON.stringify(setup)])
  return { ...child, port: await child.ask('port') }
}

/** Servers that run on from row to row: what has run for a while is quicker than what has just begun, and a server of Tripline's runs for days. */
export function createPool (options) {
  const servers = new Map()
  return {
    /** The same one for the same server and format, which may be warm; `row` is for a row that wants servers of its own. */
    async take (server, format, row) {
      const key = JSON.stringify([server, format, row])
      if (!servers.has(key)) servers.set(key, { ...await startServer(server, options), isWarm: false })
      return servers.get(key)
    },
    async close () {
      for (const { end } of servers.values()) await end()
      servers.clear()
    }
  }
}

export function startLoader () {
  return startAsked(loadCore, [pathOf('load.js')])
}

function pathOf (file) {
  return fileURLToPath(new URL(file, import.meta.url))
}
