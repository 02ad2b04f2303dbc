import { LineCounter, isAlias, isCollection, isMap, isSeq, parseDocument } from 'yaml'
import type { Document, Node, Range, YAMLMap } from 'yaml'
import { substitute } from './environment.js'
import type { Environment } from './environment.js'
import { BadConfig, Faults } from '../errors.js'
import type { Place } from '../errors.js'
import { childSchema } from './json-schema.js'
import type { Schema } from './json-schema.js'

/** Something wrong at a key path; `at` says whether it is the key itself or its value. */
export interface Finding {
  path: readonly string[]
  at: 'key' | 'value'
  reason: string
}

export interface ConfigFile {
  value: Record<string, unknown>
  findings: Finding[]
  /** Where the finding stands: of what is missing, where its parent stands. */
  place (finding: Pick<Finding, 'path' | 'at'>): Place
}

export interface ConfigFileOptions {
  /** Its name, for places. */
  file?: string
  /** Says where the environment's text is to be a number or a yes or no. */
  schema: Schema
  env: Environment
  /** Keys of the top level that something else replaces: not read at all. */
  without: readonly string[]
}

/** Reads YAML with positions and the environment's values. Throws `Faults` when it is not YAML; what else is wrong is a finding. */
export function readConfigFile (text: string, { file, schema, env, without }: ConfigFileOptions): ConfigFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col }
  }

  if (document.errors.length > 0) {
    throw new Faults(document.errors.map((error) => new BadConfig(at(error.pos[0]), yamlReason(error.message, text, error.pos[0]), { cause: error })))
  }
  if (document.contents !== null && !isMap(document.contents)) {
    throw new Faults([new BadConfig(at(0), 'expected keys and values, such as `listen: 127.0.0.1:9881`')])
  }

  for (const key of without) document.contents?.delete(key)
  const findings: Finding[] = []
  const value = filled(valueOf(document, at), { schema, env, findings, path: [] })
  return { value: value as Record<string, unknown>, findings, place: (finding) => at(offsetOf(document, finding)) }
}

function yamlReason (message: string, text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n', 1)[0] as string
  const remedy = line.includes('$' + '{') ? '; put what holds a variable in quotes' : ''
  // The library's own remedy is for programmers.
  const said = message.replace(/\n[\s\S]*/, '').replace(/; please use .*/, ': keep one, and no ---')
  return `cannot be read as YAML: ${said}${remedy}`
}

function valueOf (document: Document, at: (offset: number) => Place): unknown {
  try {
    return document.toJS() ?? {}
  } catch (error) {
    throw new Faults([new BadConfig(at(0), `cannot be read: ${(error as Error).message}`, { cause: error })])
  }
}

/** The value with the environment put in; where the schema wants a number or a boolean, text that reads as one becomes one. */
function filled (value: unknown, { schema, env, findings, path }: { schema?: Schema, env: Environment, findings: Finding[], path: string[] }): unknown {
  if (typeof value === 'string' && value.includes('${')) {
    const { text, faults } = substitute(value, env)
    for (const reason of faults) findings.push({ path, at: 'value', reason })
    return typed(text, schema)
  }
  if (typeof value !== 'object' || value === null) return value

  const inner = (key: string, one: unknown) => filled(one, { schema: childSchema(schema, value, key), env, findings, path: [...path, key] })
  if (Array.isArray(value)) return value.map((one, i) => inner(String(i), one))
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inner(key, one)]))
}

function typed (text: string, schema: Schema | undefined): string | number | boolean {
  if (schema?.type === 'integer' && /^-?\d+$/.test(text)) return Number(text)
  if (schema?.type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true'
  return text
}

function offsetOf (document: Document, { path, at }: Pick<Finding, 'path' | 'at'>): number {
  const contents = document.contents as YAMLMap | null
  let node: unknown = contents
  let offset = contents === null ? 0 : startOf(contents)
  for (const [i, key] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document)
    const pair = isMap(node) ? node.items.find((item) => String(item.key) === key) : undefined
    const child = isSeq(node) ? node.items[Number(key)] : pair?.value
    if (pair === undefined && child === undefined) break

    // Of keys and values the key tells more than the first line below it.
    const byKey = pair !== undefined && (isCollection(child) || (at === 'key' && i === path.length - 1))
    offset = startOf((byKey ? pair.key : child) as Node)
    node = child
  }
  return offset
}

function startOf (node: Node): number {
  return (node.range as Range)[0]
}
