import { isIP } from 'node:net'
import { inspect } from 'node:util'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import type { Finding } from './file.js'
import type { Schema } from './json-schema.js'
import { nearest } from '../nearest.js'
import { bytesOf, millisecondsOf } from './units.js'

/** Checks values against a schema. What is checked is changed: defaults are put in, sizes and durations become numbers. */
export function createCheck (schema: Schema): (value: Record<string, unknown>) => Finding[] {
  let validate: ValidateFunction | undefined

  return (value) => {
    validate ??= compile(schema)
    return validate(value) ? [] : (validate.errors as ErrorObject[]).flatMap(findingsOf)
  }
}

/** The two parts of `HOST:PORT`, an IPv6 host in brackets; undefined when it is none. */
export function addressOf (text: string): { host: string, port: number } | undefined {
  const [, six, host, port] = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/i.exec(text) ?? []
  if (Number(port ?? 65_536) > 65_535 || (six !== undefined && isIP(six) !== 6)) return undefined
  return { host: (six ?? host) as string, port: Number(port) }
}

function compile (schema: Schema): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, verbose: true, useDefaults: true, discriminator: true, allowUnionTypes: true, strictTypes: false })
  ajv.addFormat('path', true)
  ajv.addFormat('listen', (text: string) => addressOf(text) !== undefined)
  ajv.addFormat('http-uri', (text: string) => /^https?:\/\/[^/]/.test(text) && URL.canParse(text))
  ajv.addKeyword({
    keyword: 'unit',
    schemaType: 'string',
    modifying: true,
    validate: (unit: Schema['unit'], data: unknown, parentSchema?: Schema, context?: { parentData: Record<string, unknown>, parentDataProperty: string | number }) => {
      const amount = typeof data !== 'string' ? data : unit === 'bytes' ? bytesOf(data) : millisecondsOf(data)
      if (typeof amount !== 'number' || amount < (parentSchema?.minimum as number)) return false

      context!.parentData[context!.parentDataProperty] = amount
      return true
    }
  })
  return ajv.compile(schema)
}

type Reader = (error: ErrorObject, schema: Schema) => Omit<Finding, 'path'> & { key?: string }

/** Keyword of the schema that was not met, to what a person reads. Each says what was found, and what would do. */
const reasons: Record<string, Reader> = {
  additionalProperties: ({ params }, { properties = {} }) => {
    const key = params.additionalProperty as string
    const near = nearest(key, Object.keys(properties))
    return { key, at: 'key', reason: `is not a known key; ${near === undefined ? '' : `did you mean \`${near}\`? `}known here: ${Object.keys(properties).join(', ')}` }
  },
  required: ({ params }, { properties }) => {
    const key = params.missingProperty as string
    return { at: 'key', reason: `lacks \`${key}\`: ${properties?.[key]?.description as string}` }
  },
  dependentRequired: ({ params }) => ({ at: 'key', reason: `lacks \`${params.missingProperty as string}\`, which \`${params.property as string}\` needs` }),
  discriminator: ({ params, data }, { oneOf }) => {
    const { tag, tagValue } = params as { tag: string, tagValue?: string }
    const known = (oneOf as Schema[]).map((one) => one.properties?.[tag]?.const as string)
    if (!Object.hasOwn(data as object, tag)) return { at: 'key', reason: `lacks \`${tag}\`: one of ${known.join(', ')}` }

    return { key: tag, at: 'value', reason: expected(`one of ${known.join(', ')}`, tagValue, typeof tagValue === 'string' ? nearest(tagValue, known) : undefined) }
  },
  enum: ({ data }, schema) => {
    const known = schema.enum as string[]
    return { at: 'value', reason: expected(`one of ${known.join(', ')}`, data, typeof data === 'string' ? nearest(data, known) : undefined) }
  },
  type: ({ data }, schema) => ({ at: 'value', reason: typeReason(data, schema) }),
  minimum: ({ data }, schema) => ({ at: 'value', reason: expected(`${schema.minimum as number} or more`, data) }),
  maximum: ({ data }, schema) => ({ at: 'value', reason: expected(`${schema.maximum as number} or less`, data) }),
  minItems: () => ({ at: 'value', reason: 'is empty: name at least one, or take the key out' }),
  minLength: () => ({ at: 'value', reason: 'is empty: give a text, or take the key out' }),
  uniqueItems: () => ({ at: 'value', reason: 'names the same thing twice' }),
  minProperties: (_, { properties = {} }) => ({ at: 'value', reason: `is empty: give ${Object.keys(properties).join(' or ')}` }),
  maxProperties: (_, { properties = {} }) => ({ at: 'value', reason: `cannot hold both: choose ${Object.keys(properties).join(' or ')}` }),
  pattern: ({ data, propertyName }, schema) => ({
    ...(propertyName !== undefined && { key: propertyName }),
    at: propertyName === undefined ? 'value' : 'key',
    reason: propertyName === undefined ? expected(`a value ${asIn(schema)}`, data) : `is not a name that can be used; expected one ${asIn(schema)}`
  }),
  format: ({ data }, schema) => ({ at: 'value', reason: expected(`${forms[schema.format as string]}, ${asIn(schema)}`, data) }),
  unit: ({ data }, schema) => ({ at: 'value', reason: expected(`${schema.unit === 'bytes' ? 'a size' : 'a duration'} of ${schema.minimum as number} or more, ${asIn(schema)}`, data) })
}

const forms: Record<string, string> = { listen: 'HOST:PORT', 'http-uri': 'an http or https address' }

function findingsOf (error: ErrorObject): Finding[] {
  const schema = error.parentSchema as Schema
  const read = reasons[error.keyword]
  if (read === undefined || repeats(error, schema)) return []

  const { key, at, reason } = read(error, schema)
  const path = error.instancePath.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return [{ path: key === undefined ? path : [...path, key], at, reason }]
}

/** Ajv tells some faults by two keywords: once is enough. (And `propertyNames` comes beside the name's own fault: it has no reader.) */
function repeats ({ keyword, data }: ErrorObject, schema: Schema): boolean {
  if (keyword === 'required') return schema.discriminator !== undefined
  if (keyword === 'minimum') return schema.unit !== undefined
  return keyword === 'unit' && typeof data !== 'string' && typeof data !== 'number'
}

function typeReason (data: unknown, schema: Schema): string {
  if (data === null) return 'has no value: give one, or take the key out'

  const types = [schema.type as string | string[]].flat()
  const isScalar = typeof data === 'number' || typeof data === 'boolean'
  // No number is a HOST:PORT, whatever stands around it.
  if (isScalar && forms[schema.format as string] !== undefined) return expected(`${forms[schema.format as string]}, ${asIn(schema)}`, data)
  const quotes = types.includes('string') && schema.unit === undefined && isScalar
  const wanted = schema.unit === 'milliseconds' ? `a duration, ${asIn(schema)}` : types.map((type) => typeNames[type]).join(' or ')
  return `${expected(wanted, data)}${quotes ? '; put it in quotes' : ''}`
}

const typeNames: Record<string, string> = {
  string: 'a text', integer: 'a whole number', boolean: 'true or false', array: 'a list', object: 'keys and values'
}

function expected (wanted: string, data: unknown, near?: string): string {
  return `expected ${wanted}, got ${shown(data)}${near === undefined ? '' : `; did you mean \`${near}\`?`}`
}

function shown (data: unknown): string {
  if (Array.isArray(data)) return 'a list'
  if (typeof data === 'object' && data !== null) return 'keys and values'
  return typeof data === 'string' ? JSON.stringify(data.length > 60 ? `${data.slice(0, 60)}...` : data) : String(data)
}

function asIn ({ examples }: Schema): string {
  return `such as ${(examples as unknown[]).map((example) => typeof example === 'object' ? inspect(example) : JSON.stringify(example)).join(' or ')}`
}
