import { BadRule } from '../errors.js'
import type { Place } from '../errors.js'
import type { Path } from './places.js'

/** The place of a field of a rule, or of the character `inside` its text; of what holds it when it is not there. */
export type Locate = (path: Path, inside?: number) => Place

/** Something that stops nobody, but that a person should know. */
export interface Note {
  place: Place
  text: string
}

/** A rule as its file tells it, in the form of Elastic's API but unchecked. */
export interface RawRule {
  readonly fields: Readonly<Record<string, unknown>>
  /** The `[tripline]` table beside the rule. */
  readonly own: unknown
  /** From a prebuilt package, which holds every version of a rule: only the highest is meant. */
  readonly packaged: boolean
  readonly locate: Locate
}

/** An exception item as its file tells it, unchecked. */
export interface RawItem {
  readonly fields: Readonly<Record<string, unknown>>
  readonly locate: Locate
}

/** What a rule file holds. */
export class Contents {
  readonly rules: RawRule[] = []
  /** Keys (`listKey`) of the exception lists that the file tells of, those without an item included. */
  readonly lists = new Set<string>()
  readonly items: RawItem[] = []
  readonly notes: Note[] = []
  readonly faults: BadRule[] = []

  /**
   * Takes one document: a rule in the form of the API, of the rules repository or of a prebuilt package, an exception
   * list or item, a connector, or an export's summary. False when it is none of these.
   */
  take (document: unknown, locate: Locate): boolean {
    if (!isTable(document)) return false
    if (isTooDeep(document)) {
      this.faults.push(new BadRule(locate([]), `is nested more than ${maxDepth} levels deep: make it flatter`))
      return true
    }
    for (const [known, take] of forms) {
      if (known(document)) {
        take(this, document, locate)
        return true
      }
    }
    return false
  }
}

export type Table = Record<string, unknown>

export function isTable (value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Names an exception list: the same `list_id` may stand for one list of a space and one of all spaces. */
export function listKey (fields: Readonly<Table>): string {
  return `${String(fields['namespace_type'] ?? 'single')}/${String(fields['list_id'])}`
}

/** Every type of Elastic's detection rules, those that are refused included. */
export const ruleTypes = ['query', 'saved_query', 'threshold', 'eql', 'esql', 'new_terms', 'threat_match', 'machine_learning']

const maxDepth = 64

const forms: [(document: Table) => boolean, (contents: Contents, document: Table, locate: Locate) => void][] = [
  [({ type, attributes }) => type === 'security-rule' && isTable(attributes), takePackaged],
  [({ rule }) => isTable(rule), takeRepository],
  [({ item_id: id, entries }) => id !== undefined || Array.isArray(entries), takeItem],
  [({ list_id: id }) => id !== undefined, (contents, document) => { contents.lists.add(listKey(document)) }],
  [({ type, rule_id: id, query }) => id !== undefined || query !== undefined || ruleTypes.includes(String(type)), takeRule],
  [({ type, attributes }) => type === 'action' || isTable(attributes), (contents, _, locate) => {
    contents.notes.push({ place: locate([]), text: 'a connector is skipped: alerts go to the `outputs` of the config' })
  }],
  [(document) => Object.keys(document).some((name) => name.startsWith('exported_')), takeSummary]
]

function takeRule (contents: Contents, document: Table, locate: Locate): void {
  const { tripline, ...fields } = document
  contents.rules.push({ fields: toApiForm(fields), own: tripline, packaged: false, locate })
}

function takePackaged (contents: Contents, document: Table, locate: Locate): void {
  const { tripline, ...fields } = document['attributes'] as Table
  contents.rules.push({ fields: toApiForm(fields), own: tripline, packaged: true, locate: below(locate, 'attributes') })
}

function takeRepository (contents: Contents, document: Table, locate: Locate): void {
  const { rule, metadata, tripline } = document
  const maturity = isTable(metadata) ? metadata['maturity'] : undefined
  contents.rules.push({
    fields: { ...toApiForm(rule as Table), ...(maturity === 'deprecated' ? { deprecated: true } : {}) },
    own: tripline,
    packaged: false,
    locate: (path, inside) => locate(path[0] === 'tripline' ? path : ['rule', ...path], inside)
  })
}

function takeItem (contents: Contents, document: Table, locate: Locate): void {
  contents.lists.add(listKey(document))
  contents.items.push({ fields: document, locate })
}

function takeSummary (contents: Contents, { missing_rules: missing }: Table, locate: Locate): void {
  if (Array.isArray(missing) && missing.length > 0) {
    contents.notes.push({ place: locate(['missing_rules']), text: `the export lacks ${missing.length} of the rules that were asked for` })
  }
}

function below (locate: Locate, step: string): Locate {
  return (path, inside) => locate([step, ...path], inside)
}

/** Older and the repository's own spellings as the API has them now. */
function toApiForm (fields: Table): Table {
  const { new_terms: terms, ...others } = fields
  const api: Table = isTable(terms) ? { ...others, ...flatTerms(terms) } : fields
  return isTable(api['threshold']) ? { ...api, threshold: flatThreshold(api['threshold']) } : api
}

function flatThreshold (threshold: Table): Table {
  const { field, cardinality_field: of, cardinality_value: value, ...others } = threshold
  return {
    field: field === undefined || field === '' ? [] : typeof field === 'string' ? [field] : field,
    ...others,
    ...(of === undefined ? {} : { cardinality: [{ field: of, value }] })
  }
}

function flatTerms ({ value, history_window_start: start }: Table): Table {
  return { new_terms_fields: value, history_window_start: Array.isArray(start) && isTable(start[0]) ? start[0]['value'] : undefined }
}

function isTooDeep (value: unknown): boolean {
  let level = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true
    level = level.flatMap((each) => typeof each === 'object' && each !== null ? Object.values(each) as unknown[] : [])
  }
  return false
}
