import { existsSync, readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import t from 'tap'
import { parse } from 'yaml'
import { options } from '../../src/cli/arguments.js'
import { runTests } from '../../src/cli/test.js'
import { readConfig, readOptions } from '../../src/config.js'
import { fileSchema } from '../../src/config/schema.js'
import type { Schema } from '../../src/config/json-schema.js'
import { shapes } from '../../src/core/ecs/shapes.js'
import { codes } from '../../src/errors.js'
import { builtinNames } from '../../src/rules/builtin.js'
import { loadRules } from '../../src/rules/load.js'

const text = readFileSync('README.md', 'utf8')

t.test('the table of errors is that of the code', async (t) => {
  const rows = rowsBelow('| code | means |').map(([code, means]) => [code?.replaceAll('`', ''), means])

  t.strictSame(Object.fromEntries(rows), codes)
})

t.test('the table of keys holds every key with its default', async (t) => {
  const rows = rowsBelow('| key | default | |').map(([key, value]) => [key?.replaceAll('`', ''), value?.replaceAll('`', '')])
  const properties = fileSchema.properties as Record<string, Schema>
  const keys = Object.keys(properties).flatMap((key) => key === 'limits' ? Object.keys(properties.limits?.properties ?? {}).map((inner) => `limits.${inner}`) : [key])
  const given = Object.fromEntries(rows.filter(([, value]) => value !== 'none'))
  const defaults = parse(Object.entries(given).filter(([key]) => !key.includes('.')).map(([key, value]) => `${key}: ${value}`).join('\n'))
  const limits = Object.fromEntries(Object.entries(given).filter(([key]) => key.startsWith('limits.')).map(([key, value]) => [key.slice(7), parse(String(value))]))

  t.strictSame(rows.map(([key]) => key).sort(), keys.sort())
  const folder = t.testdir({ 'tripline.yaml': JSON.stringify({ ...defaults, state: 'memory', limits }) })
  const { rules, ...read } = await readConfig({ file: `${folder}/tripline.yaml` })
  t.strictSame({ ...read, rules: rules.map(({ place, ...entry }) => entry), state: '' }, { ...await readConfig(), state: '' })
  t.strictSame(defaults.state, { dir: './tripline-state' })
})

t.test('the table of outputs holds every key of every type', async (t) => {
  const listed: Record<string, string[]> = {}
  let type = ''
  for (const [output, keys] of rowsBelow('| output | key | default | |')) {
    if (output !== '') type = output?.replace(/^`type: (\w+)`$/, '$1') ?? ''
    listed[type] = [...listed[type] ?? [], ...(keys?.match(/\w+/g) ?? [])]
  }
  const types = ((fileSchema.properties?.outputs as { additionalProperties: Schema }).additionalProperties.oneOf as Schema[])
    .map(({ properties = {} }) => [properties.type?.const as string, Object.keys(properties).filter((key) => key !== 'type')] as const)

  for (const [name, keys] of types) t.strictSame([...listed[name] ?? [], ...listed['every one'] ?? []].sort(), [...keys].sort())
})

t.test('the table of flags holds every option', async (t) => {
  const flags = rowsBelow('| flag | replaces |').flatMap(([flag]) => flag?.match(/--\w+/g) ?? [])

  t.strictSame([...new Set(flags)].sort(), Object.keys(options).map((name) => `--${name}`).sort())
})

t.test('the table of shapes holds every one', async (t) => {
  const names = rowsBelow('| shape | records of |').flatMap(([names]) => names?.match(/\w+/g) ?? [])

  t.strictSame(names.sort(), shapes.map(({ name }) => name).sort())
})

t.test('the table of built-in rules holds every one', async (t) => {
  const names = rowsBelow('| rule | alerts on |').map(([name]) => /builtin\/([\w-]+)/.exec(name ?? '')?.[1])

  t.strictSame(names.sort(), builtinNames())
})

t.test('the rule that it shows can be loaded', async (t) => {
  const folder = t.testdir({ 'rule.toml': block('toml') })

  t.match(loadRules([`${folder}/rule.toml`]), [{ threshold: 10, groupBy: ['host.id'], caseInsensitive: true, identity: ['event.id'] }])
})

t.test('the outputs that it shows can be used', async (t) => {
  const [, outputs] = /^```yaml\n(outputs:.*?)^```/ms.exec(text) ?? []
  const folder = t.testdir({ 'tripline.yaml': outputs as string })

  t.match(await readConfig({ file: `${folder}/tripline.yaml` }), { outputs: { next: { send: 'events' }, siem: { send: 'alerts' } } })
})

t.test('the rule tests that it shows are met', async (t) => {
  const tests = [...text.matchAll(/^```yaml\n(rule: .*?)^```/gms)].map(([, yaml]) => yaml as string)
  const folder = t.testdir({ 'nslookup.toml': readFileSync('rules/nslookup.toml', 'utf8'), 'tests.yaml': tests.join('') })
  const stdout = new PassThrough().setEncoding('utf8')
  const stderr = new PassThrough().setEncoding('utf8')

  const code = await runTests([`${folder}/tests.yaml`], { stdout, stderr })

  t.equal(stderr.read(), null)
  t.match(stdout.read(), /2 tests, 2 met/)
  t.equal(code, 0)
})

t.test('the shippers\' four lines send to where Tripline listens', async (t) => {
  const { listen } = await readConfig()
  const [fluentBit, vector] = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, yaml]) => parse(yaml as string))

  t.match(fluentBit, [{ name: 'http', host: listen.host, port: listen.port }])
  t.match(vector, { tripline: { type: 'http', uri: `http://${listen.host}:${listen.port}/`, encoding: { codec: 'json' } } })
})

t.test('the options of the embedding can be taken', async (t) => {
  const [, shown] = /app\.register\(tripline, (\{.+\})\)/.exec(text) ?? []

  t.match(readOptions(parse(shown as string)), { outputs: { disk: { type: 'file' } } })
})

t.test('everything that it links to or names is there', async (t) => {
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)].map(([, path]) => path as string)
  const files = [...text.matchAll(/@(examples\/\S+)/g)].map(([, path]) => path as string)

  t.same([...links, ...files].filter((path) => !existsSync(path)), [])
})

/** The rows of the table with this head, cell by cell. */
function rowsBelow (head: string): string[][] {
  const [, table = ''] = text.split(`\n${head}\n`)
  const lines = table.split('\n').slice(1)
  const end = lines.findIndex((line) => !line.startsWith('|'))
  return lines.slice(0, end).map((line) => line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim()))
}

function block (language: string): string {
  return new RegExp('^```' + language + '\\n(.*?)^```', 'ms').exec(text)?.[1] as string
}
