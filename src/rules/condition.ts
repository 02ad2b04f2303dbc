import { compileKql, type SharedConditions } from '../core/kql/kql.js'
import type { Predicate } from '../core/rule.js'
import { createGlob } from './glob.js'

/** What a filter or an exception asks of an event, in the words that both are read into. */
export type Condition =
  | { is: 'phrase', field: string, value: string }
  | { is: 'exists', field: string }
  | { is: 'range', field: string, than: '<' | '<=' | '>' | '>=', value: string }
  /** `*` any run of characters, `?` exactly one, a backslash before a character takes it as it is. */
  | { is: 'pattern', field: string, value: string, anyCase?: boolean }
  | { is: 'nested', path: string, of: Condition }
  | { is: 'all', of: Condition[] }
  | { is: 'any', of: Condition[] }
  | { is: 'not', of: Condition }

export interface ConditionOptions {
  caseInsensitive?: boolean
  shared?: SharedConditions
  /** Hears of comparisons that can never be met. */
  warn?: (message: string) => void
}

/**
 * The condition as a predicate. It goes by way of KQL, so that values are compared by the field's type exactly as in a
 * query; only a pattern that KQL cannot say (`?`, its own case) is compared here, with each value's whole text.
 */
export function compileCondition (condition: Condition, { caseInsensitive = false, shared, warn = ignore }: ConditionOptions = {}): Predicate {
  const text = toKql(condition)
  if (text !== undefined) {
    const { predicate, warnings } = compileKql(text, { caseInsensitive, shared })
    for (const { message } of warnings) warn(message)
    return predicate
  }

  const compile = (part: Condition) => compileCondition(part, { caseInsensitive, shared, warn })
  switch (condition.is) {
    case 'any': {
      const parts = condition.of.map(compile)
      return (event) => parts.some((part) => part(event))
    }
    case 'not': {
      const part = compile(condition.of)
      return (event) => !part(event)
    }
    case 'nested': {
      const { path } = condition
      const part = compile(condition.of)
      return (event) => event.objects(path).some((object) => part(object))
    }
    case 'pattern': {
      const { field } = condition
      const fits = createGlob(condition.value, { caseInsensitive: condition.anyCase ?? caseInsensitive })
      return (event) => event.values(field).some((value) => fits(String(value)))
    }
    default: {
      // Only `all` is left: KQL has words for the other kinds, whatever they hold.
      const parts = (condition as Condition & { is: 'all' }).of.map(compile)
      return (event) => parts.every((part) => part(event))
    }
  }
}

function ignore (): void {}

/** The condition as KQL; undefined when KQL has no words for it. */
function toKql (condition: Condition): string | undefined {
  switch (condition.is) {
    case 'phrase': return `${quote(condition.field)}: ${quote(condition.value)}`
    case 'exists': return `${quote(condition.field)}: *`
    case 'range': return `${quote(condition.field)} ${condition.than} ${quote(condition.value)}`
    case 'pattern': return patternToKql(condition)
    case 'not': return wrap('not ', toKql(condition.of))
    case 'nested': return wrap(`${quote(condition.path)}: `, toKql(condition.of), '{}')
    default: {
      const parts = condition.of.map((part) => wrap('', toKql(part)))
      return parts.length === 0 || parts.includes(undefined) ? undefined : parts.join(condition.is === 'all' ? ' and ' : ' or ')
    }
  }
}

function patternToKql ({ field, value, anyCase }: Condition & { is: 'pattern' }): string | undefined {
  if (anyCase !== undefined || !/^[^?\\\s](?:[^?\\]*[^?\\\s])?$/.test(value)) return undefined
  return `${quote(field)}: ${value.includes('*') ? value.replaceAll(/[^\w*]/g, escapeUnit) : quote(value)}`
}

function escapeUnit (character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function quote (text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

function wrap (before: string, text: string | undefined, [open, close] = '()'): string | undefined {
  return text === undefined ? undefined : `${before}${open}${text}${close}`
}
