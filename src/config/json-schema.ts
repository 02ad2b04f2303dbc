/** The part of JSON Schema (2020-12) that the config is written in. */
export interface Schema {
  type?: string | string[]
  properties?: Record<string, Schema>
  items?: Schema
  additionalProperties?: boolean | Schema
  oneOf?: Schema[]
  required?: string[]
  dependentRequired?: Record<string, string[]>
  const?: unknown
  default?: unknown
  format?: string
  /** What the number or text counts: it is read to bytes or milliseconds. */
  unit?: 'bytes' | 'milliseconds'
  [keyword: string]: unknown
}

/** `snake_case` as `snakeCase`, key by key; the names of a map's entries stay as they are. */
export type CamelCased<T> =
  T extends readonly (infer Item)[] ? CamelCased<Item>[]
    : T extends object ? { [Key in keyof T as string extends Key ? Key : Key extends string ? CamelCase<Key> : never]: CamelCased<T[Key]> }
      : T
type CamelCase<Text extends string> = Text extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : Text

/** `snake_case` as `snakeCase`. */
export function camelCase (name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** The schema of what stands under `key` of `parent`; undefined where the schema knows nothing of it. */
export function childSchema (schema: Schema | undefined, parent: object, key: string): Schema | undefined {
  if (schema === undefined) return undefined
  if (Array.isArray(parent)) return schema.items

  const branch = schema.oneOf?.find((one) => one.properties?.type?.const === (parent as { type?: unknown }).type) ?? schema
  if (branch.properties !== undefined && Object.hasOwn(branch.properties, key)) return branch.properties[key]
  return typeof branch.additionalProperties === 'object' ? branch.additionalProperties : undefined
}

/** The schema with its names in camelCase; a duration may also be a number, of milliseconds. */
export function camelCaseSchema (schema: Schema): Schema {
  return mapSchema(schema, (one) => {
    const { properties, required, dependentRequired, ...rest } = one
    return {
      ...rest,
      ...(properties && { properties: renamed(properties) }),
      ...(required && { required: required.map(camelCase) }),
      ...(dependentRequired && { dependentRequired: renamed(dependentRequired, (names) => names.map(camelCase)) }),
      ...(one.unit === 'milliseconds' && { type: ['integer', 'string'] })
    }
  })
}

/** The schema for an editor: what has a default may be left out, and a variable of the environment may stand for any value. */
export function editorSchema (schema: Schema): Schema {
  return mapSchema(schema, ({ required, unit, ...rest }) => {
    const needed = (required ?? []).filter((key) => rest.properties?.[key]?.default === undefined)
    return {
      ...rest,
      ...(needed.length > 0 && { required: needed }),
      ...((rest.type === 'integer' || rest.type === 'boolean') && { type: [rest.type, 'string'], pattern: variable })
    }
  })
}

const variable = '^\\$\\{.*\\}$'

function renamed<T> (map: Record<string, T>, value: (from: T) => T = (from) => from): Record<string, T> {
  return Object.fromEntries(Object.entries(map).map(([key, from]) => [camelCase(key), value(from)]))
}

/** The schema with `change` made to it and to every schema inside, inner ones first. */
function mapSchema (schema: Schema, change: (schema: Schema) => Schema): Schema {
  const inner = (one: Schema) => mapSchema(one, change)
  const { properties, items, oneOf, additionalProperties } = schema
  return change({
    ...schema,
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, inner(one)])) }),
    ...(items && { items: inner(items) }),
    ...(oneOf && { oneOf: oneOf.map(inner) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: inner(additionalProperties) })
  })
}
