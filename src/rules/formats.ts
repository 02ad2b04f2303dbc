import { parse } from 'smol-toml'
import type { TomlError } from 'smol-toml'
import { BadRule } from '../errors.js'
import { Contents } from './contents.js'
import type { Locate } from './contents.js'
import { elementsInJson, faultInJson, findInJson } from './json-position.js'
import { createPlaces } from './places.js'
import { findInToml } from './toml-position.js'

/** How the names of rule files end. */
export const ruleFileEndings = ['.toml', '.ndjson', '.json']

/**
 * What a rule file's text holds: TOML of the rules repository, Kibana's NDJSON export, a JSON rule, or a JSON list of
 * rules. Never throws: what cannot be read is in `faults`, with its place in the file.
 */
export function readContents (text: string, { file, toml = file.endsWith('.toml') }: { file: string, toml?: boolean }): Contents {
  return toml ? readToml(text, file) : readJson(text, file)
}

function readToml (text: string, file: string): Contents {
  const contents = new Contents()
  const placeAt = createPlaces(file, text)
  try {
    const document = parse(text, { unsafeKeyBehaviour: 'throw', maxDepth: 100 })
    const taken = contents.take(document, (path, inside) => placeAt(findInToml(text, path, { inside })))
    if (!taken || contents.rules.length === 0) contents.faults.push(new BadRule({ file, line: 1, column: 1 }, 'holds no [rule] table: put the rule under [rule]'))
  } catch (error) {
    const { message, line, column } = error as TomlError
    const reason = message.replace('Invalid TOML document: ', '').split('\n')[0] as string
    contents.faults.push(new BadRule({ file, line, column }, `is not TOML: ${reason}`, { cause: error }))
  }
  return contents
}

function readJson (text: string, file: string): Contents {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (cause) {
    return isJson(firstLine(text)) ? readLines(text, file) : unreadable(text, file, cause)
  }
  const contents = new Contents()
  const placeAt = createPlaces(file, text)
  const starts = Array.isArray(document) ? elementsInJson(text) : [0]
  const documents = Array.isArray(document) ? document as unknown[] : [document]
  documents.forEach((each, i) => {
    const start = starts[i]
    const locate: Locate = (path, inside) => placeAt(findInJson(text, path, { start, inside }))
    if (!contents.take(each, locate)) {
      contents.faults.push(new BadRule(locate([]), 'is neither a rule nor an exception list: a rule has a rule_id, a type and a query'))
    }
  })
  return contents
}

function readLines (text: string, file: string): Contents {
  const contents = new Contents()
  const placeAt = createPlaces(file, text)
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = text.indexOf('\n', start)
    if (end === -1) end = text.length
    const line = text.slice(start, end)
    if (line.trim() === '') continue
    const from = start
    try {
      if (!contents.take(JSON.parse(line), (path, inside) => placeAt(findInJson(text, path, { start: from, inside })))) {
        contents.notes.push({ place: placeAt(start), text: 'a line is skipped: it is neither a rule nor an exception list' })
      }
    } catch (cause) {
      contents.faults.push(new BadRule(placeAt(start + faultInJson(line)), 'is not JSON: each line must be one whole JSON object', { cause }))
    }
  }
  return contents
}

function firstLine (text: string): string {
  const start = text.length - text.trimStart().length
  const end = text.indexOf('\n', start)
  return text.slice(start, end === -1 ? text.length : end)
}

function isJson (line: string): boolean {
  try {
    JSON.parse(line)
    return line.startsWith('{')
  } catch {
    return false
  }
}

function unreadable (text: string, file: string, cause: unknown): Contents {
  const contents = new Contents()
  const at = faultInJson(text)
  const reason = text.trim() === '' ? 'is empty: it should hold a rule' : at >= text.length ? 'is not JSON: it ends too soon' : `is not JSON: ${JSON.stringify(text[at])} cannot stand here`
  contents.faults.push(new BadRule(createPlaces(file, text)(at), reason, { cause }))
  return contents
}
