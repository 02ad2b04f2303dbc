import { BadRule } from '../errors.js'
import { nearest } from '../nearest.js'
import { isTable } from './contents.js'
import type { Locate, Note, Table } from './contents.js'
import { showPath } from './places.js'
import type { Path } from './places.js'

/**
 * Reads the fields of one rule and remembers every fault and warning with its place: a reader that finds a fault gives
 * undefined (or an empty list) and goes on, so that a person sees all faults at once. `null` counts as not there.
 */
export class FieldReader {
  readonly faults: BadRule[] = []
  readonly warnings: Note[] = []

  /** `label` names the rule in every fault: `rule "DNS tunnel"`. */
  constructor (readonly fields: unknown, readonly locate: Locate, readonly label: string) {}

  fault (path: Path, reason: string, { inside, cause }: { inside?: number, cause?: unknown } = {}): void {
    this.faults.push(new BadRule(this.locate(path, inside), this.#say(path, reason), { cause }))
  }

  warn (path: Path, text: string, inside?: number): void {
    this.warnings.push({ place: this.locate(path, inside), text: this.#say(path, text) })
  }

  at (path: Path): unknown {
    let value = this.fields
    for (const step of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
      value = (value as Table)[step]
    }
    return value ?? undefined
  }

  text (path: Path, { required = false, choices }: { required?: boolean, choices?: readonly string[] } = {}): string | undefined {
    const value = this.at(path)
    if (value === undefined && !required) return undefined
    if (choices !== undefined && !choices.includes(value as string)) {
      this.fault(path, `must be one of ${choices.join(', ')}; ${it(value)}`)
      return undefined
    }
    if (typeof value === 'string' && (value.trim() !== '' || !required)) return value
    this.fault(path, `must be ${required ? 'a text that is not empty' : 'a text'}; ${it(value)}`)
    return undefined
  }

  /** A whole number; `fallback` when it is not there, a fault when there is no fallback either. */
  integer (path: Path, { least, most = Number.MAX_SAFE_INTEGER, fallback }: { least: number, most?: number, fallback?: number }): number | undefined {
    const value = this.at(path) ?? fallback
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) return value
    const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`
    this.fault(path, `must be a whole number ${range}; ${it(value)}`)
    return undefined
  }

  flag (path: Path): boolean | undefined {
    const value = this.at(path)
    if (value === undefined || typeof value === 'boolean') return value
    this.fault(path, `must be true or false; ${it(value)}`)
    return undefined
  }

  /** A list of texts, none of them empty. */
  texts (path: Path): string[] {
    return this.list(path).filter((value, i): value is string => {
      if (typeof value === 'string' && value.trim() !== '') return true
      this.fault([...path, i], `must be a text that is not empty; ${it(value)}`)
      return false
    })
  }

  list (path: Path): unknown[] {
    const value = this.at(path)
    if (value === undefined || Array.isArray(value)) return value ?? []
    this.fault(path, `must be a list; ${it(value)}`)
    return []
  }

  /** The object at the path, with no other members than the known ones. */
  table (path: Path, known: readonly string[]): Table | undefined {
    const value = this.at(path)
    if (value === undefined) return undefined
    if (!isTable(value)) {
      this.fault(path, `must be a table; ${it(value)}`)
      return undefined
    }
    for (const name of Object.keys(value)) {
      if (known.includes(name)) continue
      this.fault([...path, name], `is not known: ${meant(name, known)}`)
    }
    return value
  }

  #say (path: Path, text: string): string {
    return `${this.label}: ${[showPath(path), text].filter((part) => part !== '').join(' ')}`
  }
}

/** `it is 0`, `it is missing`: what stands there instead, short enough for one line. */
export function it (value: unknown): string {
  if (value === undefined) return 'it is missing'
  const text = JSON.stringify(value) ?? typeof value
  return `it is ${text.length > 60 ? `${text.slice(0, 57)}...` : text}`
}

/** The remedy for an unknown name. */
export function meant (name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  return near === undefined ? `known here: ${known.join(', ')}` : `did you mean ${near}?`
}
