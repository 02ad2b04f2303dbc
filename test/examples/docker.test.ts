import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { readConfig } from '../../src/config.js'

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const instructions = readFileSync('examples/docker/Dockerfile', 'utf8').split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => /^(\S+) +(.+)$/.exec(line) as unknown as [string, string, string])
  .map(([, name, rest]) => ({ name, rest }))
const known = ['FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'USER', 'VOLUME', 'EXPOSE', 'HEALTHCHECK', 'ENTRYPOINT']

t.test('the Dockerfile holds instructions that exist', async (t) => {
  t.same(instructions.filter(({ name }) => !known.includes(name)), [])
  t.equal(instructions[0]?.name, 'FROM')
})

t.test('everything that it copies from the folder is there', async (t) => {
  const sources = instructions.filter(({ name, rest }) => name === 'COPY' && !rest.startsWith('--from')).flatMap(({ rest }) => rest.split(' ').slice(0, -1))

  t.same(sources.filter((source) => !existsSync(source)), [])
})

t.test('it runs the command of the package, not as root, on a Node that the package supports', async (t) => {
  const [entry] = JSON.parse(restOf('ENTRYPOINT').replace('"node", ', ''))

  t.equal(entry, manifest.bin.tripline)
  t.equal(restOf('USER'), 'node')
  t.ok(instructions.filter(({ name }) => name === 'FROM').every(({ rest }) => /^node:2[2-9]-/.test(rest)))
})

t.test('its config listens on the port that is exposed, with credentials, and keeps its state in the volume', async (t) => {
  const config = await readConfig({ file: 'examples/docker/tripline.yaml', env: { TRIPLINE_TOKEN: 'token' } })

  t.equal(String(config.listen.port), restOf('EXPOSE'))
  t.same(config.auth, { bearer: 'token' })
  t.match(config.state, { dir: new RegExp(`^${restOf('VOLUME')}/`) })
  t.match(restOf('HEALTHCHECK'), `:${config.listen.port}/health'`)
})

function restOf (name: string): string {
  return instructions.find((instruction) => instruction.name === name)?.rest ?? ''
}
