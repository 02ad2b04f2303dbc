import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const isBuilt = existsSync(path('../../dist/cli/tripline.js'))

const runs: [string, string[]][] = [
  ['killed 20 times while shippers send and the downstream fails', ['--kills', '20']],
  ['killed while the downstream is away', ['--kills', '4', '--away']]
]
for (const [name, args] of runs) {
  t.test(`${name}, it loses no alert, doubles none and counts none wrong`, { skip: !isBuilt && 'needs the built command: npm run build' }, async (t) => {
    // Dozens of processes start here: without what makes each of them measure its coverage.
    const child = spawn('env', ['-u', 'NODE_OPTIONS', process.execPath, path('../crash/main.js'), ...args])
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { text += chunk })

    const [code] = await once(child, 'close')

    t.equal(code, 0, text)
    t.match(text, /OK: 0 lost, 0 doubled, 0 wrong counts/)
  })
}
