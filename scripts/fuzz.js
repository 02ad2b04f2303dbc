#!/usr/bin/env node
/**
 * Runs the differential test of the sift at length: random rules and bodies, sifted and not.
 * `npm run test:fuzz [-- --bodies N --seed N]`; it prints the seed, and the same seed makes the same bodies.
 */
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { bodies: { type: 'string', default: '100000' }, seed: { type: 'string', default: String(randomInt(2 ** 31)) } } })
console.log(`${values.bodies} bodies, seed ${values.seed}`)

const { status } = spawnSync(process.execPath, ['node_modules/tap/dist/esm/run.mjs', '--disable-coverage', '--timeout=3600', '--reporter=tap', 'test/integration/sift.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, TRIPLINE_BODIES: values.bodies, TRIPLINE_SEED: values.seed }
})
process.exitCode = status ?? 1
