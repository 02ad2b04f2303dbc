import { parseArgs } from 'node:util'
import type { Flags } from '../config.js'
import { Fault } from '../errors.js'
import { nearest } from '../nearest.js'
import { readOutputUri } from '../outputs/output-uri.js'

export interface Option {
  short?: string
  /** What stands for the value in the help; none: a yes or no. */
  value?: string
  many?: boolean
  about: string
}

/** Every option of the command line. */
export const options = {
  config: { short: 'c', value: 'FILE', about: 'the config file, YAML' },
  listen: { value: 'HOST:PORT', about: 'where to listen; 127.0.0.1:9881 by default' },
  rules: { value: 'PATH', many: true, about: 'a rule file or folder, `builtin`, or `builtin/NAME`; may be given again; replaces the config\'s rules' },
  output: { value: 'URI', many: true, about: 'stdout, file:PATH, http(s)://..., forward://HOST:PORT/TAG; may be given again; replaces the config\'s outputs' },
  state: { value: 'DIR|memory', about: 'where the state is kept; ./tripline-state by default' },
  connect: { about: 'send one marked test record to each output, too' },
  all: { about: 'retry: everything that is there' },
  help: { short: 'h', about: 'show this' },
  version: { short: 'V', about: 'show the version' }
} as const satisfies Record<string, Option>

export type OptionName = keyof typeof options

export interface Command {
  /** What stands after `tripline` and before the options. */
  usage: string
  about: string
  options: readonly OptionName[]
  /** Whether it takes files; then it wants at least one. */
  files: boolean
  /** What it wants instead of files. */
  wants?: string
}

const sink = ['config', 'listen', 'rules', 'output', 'state'] as const

/** Every command; `run` is the one without a name. */
export const commands = {
  run: { usage: '', about: 'take batches, and send alerts', options: [...sink, 'help', 'version'], files: false },
  validate: { usage: 'validate', about: 'check config and rules, and show the rules', options: [...sink, 'connect', 'help'], files: false },
  replay: { usage: 'replay FILE...', about: 'run the rules over recorded events; - is stdin, .gz and .zst are read', options: [...sink, 'help'], files: true },
  test: { usage: 'test PATH...', about: 'run rule tests', options: ['help'], files: true },
  quarantine: { usage: 'quarantine list|show ID|retry ID...', about: 'show what was set aside, and send it again', options: ['config', 'listen', 'output', 'state', 'all', 'help'], files: true, wants: 'list, show or retry' }
} as const satisfies Record<string, Command>

export type CommandName = keyof typeof commands

/** What the command line says. */
export interface Arguments {
  command: CommandName
  files: string[]
  config?: string
  flags: Flags
  connect: boolean
  all: boolean
  help: boolean
  version: boolean
}

/** Reads the arguments after the script's name. Throws a `Fault` TRIPLINE_BAD_USAGE that names what was likely meant. */
export function readArguments (args: readonly string[]): Arguments {
  const { tokens } = parseArgs({ args: [...args], options: parsed, strict: false, allowPositionals: true, tokens: true })
  const positionals = tokens.flatMap((token) => token.kind === 'positional' ? [token.value] : [])
  const given = new Map<OptionName, string[]>()
  const command = commandOf(positionals[0])

  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const name = optionOf(token.name, token.rawName, command)
    given.set(name, [...given.get(name) ?? [], valueOf(name, token)])
  }
  // Only now: after an unknown option its value looks like a command.
  if (command === 'run' && positionals.length > 0) throw unknownCommand(positionals[0] as string)

  const files = positionals.slice(1)
  const help = given.has('help')
  const { usage, wants = 'at least one file' }: Command = commands[command]
  if (commands[command].files && files.length === 0 && !help) throw badUsage(`${command} needs ${wants}: tripline ${usage}`)
  if (!commands[command].files && files.length > 0) throw badUsage(`${command} takes no files, but got "${files[0]}"`)

  return {
    command,
    files,
    config: single(given, 'config'),
    flags: { listen: single(given, 'listen'), rules: given.get('rules'), state: single(given, 'state'), outputs: outputsOf(given.get('output')) },
    connect: given.has('connect'),
    all: given.has('all'),
    help,
    version: given.has('version')
  }
}

const parsed = Object.fromEntries(Object.entries<Option>(options).map(([name, { short, value, many }]) =>
  [name, { type: value === undefined ? 'boolean' as const : 'string' as const, multiple: many === true, ...(short && { short }) }]))

function commandOf (word: string | undefined): CommandName {
  return word !== undefined && Object.hasOwn(commands, word) ? word as CommandName : 'run'
}

function unknownCommand (word: string): Fault {
  const known = Object.keys(commands).filter((name) => name !== 'run')
  return badUsage(`"${word}" is not a command${meant(nearest(word, known))}; commands: ${known.join(', ')}`)
}

function optionOf (name: string, rawName: string, command: CommandName): OptionName {
  const known: readonly string[] = commands[command].options
  if (known.includes(name)) return name as OptionName

  const spelt = known.map((one) => `--${one}`)
  const near = nearest(name, known)
  throw badUsage(`${rawName} is not an option${command === 'run' ? '' : ` of ${command}`}${meant(near && `--${near}`)}; options: ${spelt.join(', ')}`)
}

function valueOf (name: OptionName, { rawName, value, inlineValue }: { rawName: string, value?: string, inlineValue?: boolean }): string {
  const option: Option = options[name]
  if (option.value === undefined) {
    if (value !== undefined) throw badUsage(`${rawName} takes no value`)
    return ''
  }
  // What looks like the next option is not taken for a value; `--rules=-x` says that it is one.
  if (value === undefined || value === '' || (value.startsWith('-') && inlineValue !== true)) throw badUsage(`${rawName} needs a value: --${name} ${option.value}`)
  return value
}

function single (given: ReadonlyMap<OptionName, string[]>, name: OptionName): string | undefined {
  const values = given.get(name)
  if (values !== undefined && values.length > 1) throw badUsage(`--${name} can be given only once`)
  return values?.[0]
}

/** Outputs have the name of their type; the second one of a type is `http-2`. */
function outputsOf (uris: readonly string[] | undefined): Flags['outputs'] {
  if (uris === undefined) return undefined

  const outputs: Record<string, Record<string, unknown>> = {}
  for (const uri of uris) {
    const output = readOutputUri(uri)
    const same = Object.values(outputs).filter(({ type }) => type === output.type).length
    outputs[same === 0 ? output.type : `${output.type}-${same + 1}`] = { ...output }
  }
  return outputs
}

function meant (name: string | undefined): string {
  return name === undefined ? '' : `; did you mean ${name}?`
}

function badUsage (reason: string): Fault {
  return new Fault('TRIPLINE_BAD_USAGE', {}, reason)
}
