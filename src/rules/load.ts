import { isUtf8 } from 'node:buffer'
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { RuleEntry } from '../config.js'
import { compileKql, SharedConditions } from '../core/kql/kql.js'
import type { KqlError } from '../core/kql/kql.js'
import type { Rule } from '../core/rule.js'
import { BadConfig, BadRule, Fault, Faults, showPlace } from '../errors.js'
import type { Place } from '../errors.js'
import { findBuiltin } from './builtin.js'
import { listKey } from './contents.js'
import type { Contents, Note, RawItem, RawRule } from './contents.js'
import { findFiles } from './find-files.js'
import type { FoundFile } from './find-files.js'
import { readContents, ruleFileEndings } from './formats.js'
import { labelOf, readRule, reasonToSkip } from './read.js'

export interface LoadOptions {
  /** Where relative paths start. */
  cwd?: string
  /** Exception items that expired before this moment, ms since 1970, are left out; without it none is. */
  now?: number
}

export interface LoadedRule {
  rule: Rule
  place: Place
}

/** All that reading rules tells: what runs, what is left out and why, what is odd, and what is wrong. */
export interface RulesRead {
  rules: LoadedRule[]
  notes: Note[]
  warnings: Note[]
  faults: Fault[]
}

/**
 * Loads rules that are ready for `createDetector`. An entry is `builtin`, `builtin/NAME`, a file (.toml, .ndjson,
 * .json), or a folder with such files at any depth; or an object with such a `path` and options. Reads the disk at once,
 * synchronously. Throws the one `Fault`, or `Faults` with all of them: rules load whole or not at all.
 */
export function loadRules (entries: readonly (string | RuleEntry)[], options: LoadOptions = {}): Rule[] {
  const { rules, faults } = readRules(entries, options)
  const [first, ...others] = faults
  if (first !== undefined) throw others.length === 0 ? first : new Faults(faults)
  return rules.map(({ rule }) => rule)
}

/** As `loadRules`, but tells everything and throws nothing that a person could mend. */
export function readRules (entries: readonly (string | RuleEntry)[], { cwd = process.cwd(), now }: LoadOptions = {}): RulesRead {
  const read: RulesRead = { rules: [], notes: [], warnings: [], faults: [] }
  const sources = entries.flatMap((entry) => openEntry(typeof entry === 'string' ? { path: entry } : entry, cwd, read))
  const lists = poolLists(sources)
  const highest = highestVersions(sources)
  const places = new Map<string, Place>()
  const shared = new SharedConditions()
  for (const { entry, contents } of sources) {
    for (const raw of contents.rules) {
      const place = raw.locate([])
      const skipped = reasonToSkip(raw) ?? reasonOfVersion(raw, highest)
      if (skipped !== undefined) {
        read.notes.push({ place, text: `${labelOf(raw)} is left out: it ${skipped}` })
        continue
      }
      const { rule, faults, warnings } = readRule(raw, { lists, entry, now, shared })
      read.faults.push(...faults)
      read.warnings.push(...warnings)
      if (rule === undefined) continue
      const earlier = places.get(rule.id)
      if (earlier !== undefined) read.faults.push(new BadRule(raw.locate(['rule_id']), `${labelOf(raw)}: rule_id ${rule.id} stands at ${showPlace(earlier)} too: remove one of the two, or give it an id of its own`))
      else read.rules.push({ rule, place })
      places.set(rule.id, earlier ?? place)
    }
  }
  return read
}

interface Source {
  entry: RuleEntry
  contents: Contents
}

/** Rule files are small; this is a thousand times the largest in sight. */
const maxFile = 256 * 1024 * 1024

function openEntry (entry: RuleEntry, cwd: string, read: RulesRead): Source[] {
  try {
    checkExceptions(entry)
    const builtin = findBuiltin(entry.path)
    const files = builtin === undefined ? findFiles(resolve(cwd, entry.path), { shown: entry.path, endings: ruleFileEndings }) : [builtin]
    return files.map((file) => {
      const contents = readFile(file)
      read.faults.push(...contents.faults)
      read.notes.push(...contents.notes)
      return { entry, contents }
    })
  } catch (error) {
    read.faults.push(placed(faultOf(error, entry.path), entry))
    return []
  }
}

function readFile ({ path, shown }: FoundFile): Contents {
  if (statSync(path).size > maxFile) throw new BadRule({ file: shown }, 'is larger than 256 MiB: split it')
  const bytes = readFileSync(path)
  if (!isUtf8(bytes)) throw new BadRule({ file: shown }, 'is not UTF-8 text: save it as UTF-8')
  const contents = readContents(bytes.toString().replace(/^\ufeff/, ''), { file: shown, toml: path.endsWith('.toml') })
  if (contents.rules.length + contents.lists.size + contents.faults.length === 0) contents.notes.push({ place: { file: shown }, text: 'holds no rule' })
  return contents
}

/** A wrong exception of the config is one fault, not one for each rule that it would serve. */
function checkExceptions ({ path, exceptions = '' }: RuleEntry): void {
  try {
    compileKql(exceptions)
  } catch (error) {
    const { line, column, message } = error as KqlError
    throw new BadConfig({}, `exceptions of the rules at ${path}, ${line}:${column}: ${message}`, { cause: error })
  }
}

/** What is wrong with the entry itself stands where the config names it. */
function placed (fault: Fault, { path, place }: RuleEntry): Fault {
  const { file, line } = fault.place
  if (place === undefined || line !== undefined || (file ?? path) !== path) return fault
  return new Fault(fault.code, place, [showPlace(fault.place), fault.reason].filter((part) => part !== '').join(' '), { cause: fault })
}

function faultOf (error: unknown, file: string): Fault {
  if (error instanceof Fault) return error
  if (error instanceof Error && 'syscall' in error) return new BadRule({ file }, `cannot be read: ${error.message}`, { cause: error })
  throw error
}

function poolLists (sources: readonly Source[]): Map<string, RawItem[]> {
  const lists = new Map<string, RawItem[]>()
  for (const { contents } of sources) {
    for (const key of contents.lists) lists.set(key, lists.get(key) ?? [])
    for (const item of contents.items) lists.get(listKey(item.fields))?.push(item)
  }
  return lists
}

function highestVersions (sources: readonly Source[]): Map<unknown, number> {
  const highest = new Map<unknown, number>()
  for (const raw of sources.flatMap(({ contents }) => contents.rules)) {
    const { rule_id: id } = raw.fields
    if (raw.packaged) highest.set(id, Math.max(versionOf(raw), highest.get(id) ?? 0))
  }
  return highest
}

/** A prebuilt package holds every version of a rule. */
function reasonOfVersion (raw: RawRule, highest: ReadonlyMap<unknown, number>): string | undefined {
  const latest = highest.get(raw.fields['rule_id'])
  return raw.packaged && latest !== undefined && versionOf(raw) < latest ? `is version ${versionOf(raw)}, and ${latest} is there too` : undefined
}

function versionOf ({ fields: { version } }: RawRule): number {
  return typeof version === 'number' ? version : 0
}
