import { readConfig } from '../config.js'
import type { Config, OutputConfig } from '../config.js'
import type { Rule } from '../core/rule.js'
import { Faults, showPlace } from '../errors.js'
import { readRules } from '../rules/load.js'
import type { LoadedRule } from '../rules/load.js'
import { showDuration } from '../config/units.js'
import type { Arguments } from './arguments.js'
import { connect } from './connect.js'
import type { Io } from './io.js'
import { table } from './table.js'
import { readTls } from './tls.js'

/**
 * `tripline validate`: shows the rules and outputs on stdout. Throws `Faults` with every fault of config, certificates
 * and rules; with `--connect` the exit code also says whether every output took a test record.
 */
export async function validate (args: Arguments, io: Io): Promise<number> {
  const config = await readConfig({ file: args.config, flags: args.flags, env: io.env })
  const { rules, notes, warnings, faults } = readRules(config.rules)
  const all = [...faultsOf(() => readTls(config.tls)), ...faults]

  io.stdout.write(ruleTable(rules))
  io.stdout.write(`\n${outputTable(config)}`)
  for (const { place, text } of [...notes, ...warnings]) io.stderr.write(`${showPlace(place)} ${text}\n`)
  if (all.length > 0) throw new Faults(all)

  return args.connect ? await connect(config, io) : 0
}

function ruleTable (rules: readonly LoadedRule[]): string {
  return table(['RULE', 'NAME', 'TYPE', 'GROUP BY', 'THRESHOLD', 'WINDOW', 'SOURCE'], rules.map(({ rule, place }) => [
    rule.id,
    rule.name,
    rule.type,
    rule.groupBy.join(', ') || '-',
    threshold(rule),
    rule.type === 'threshold' ? showDuration(rule.window) : '-',
    showPlace(place)
  ]))
}

function threshold ({ type, threshold, cardinality }: Rule): string {
  if (type !== 'threshold') return '-'
  return cardinality === undefined ? String(threshold) : `${threshold}, ${cardinality.value} of ${cardinality.field}`
}

function outputTable ({ outputs }: Config): string {
  return table(['OUTPUT', 'TYPE', 'TO', 'SENDS'], Object.entries(outputs).map(([name, output]) => [
    name,
    output.type,
    destination(output),
    output.send === 'alerts' ? `alerts (${output.actions.join(', ')})` : output.send
  ]))
}

function destination (output: OutputConfig): string {
  switch (output.type) {
    case 'http': return withoutUser(output.uri)
    case 'forward': return `${output.host}:${output.port}, tag ${output.tag}`
    case 'file': return output.path
    case 'stdout': return '-'
  }
}

function withoutUser (uri: string): string {
  const url = new URL(uri)
  url.username = url.password = ''
  return url.href
}

function faultsOf (check: () => void): Faults['faults'] {
  try {
    check()
    return []
  } catch (error) {
    return (error as Faults).faults
  }
}
