import t from 'tap'
import { fileSchema, optionsSchema } from '../../src/config/schema.js'
import { camelCase, editorSchema } from '../../src/config/json-schema.js'
import type { Schema } from '../../src/config/json-schema.js'

t.test('the file has snake_case, options have the same keys in camelCase', async (t) => {
  t.ok(fileSchema.properties!.limits!.properties!.max_body)
  t.ok(optionsSchema.properties!.limits!.properties!.maxBody)
  t.same(Object.keys(fileSchema.properties!).map(camelCase), Object.keys(optionsSchema.properties!))
})

t.test('every key that is not a section tells what it is for', async (t) => {
  const silent: string[] = []
  walk(fileSchema, '', (schema, path) => {
    const plain = schema.properties === undefined && schema.oneOf === undefined && schema.const === undefined
    if (plain && schema.description === undefined) silent.push(path)
  })

  t.same(silent, [])
})

t.test('an editor is not told to ask for what has a default', async (t) => {
  t.notOk('required' in editorSchema(fileSchema))
})

function walk (schema: Schema, path: string, see: (schema: Schema, path: string) => void): void {
  see(schema, path)
  for (const [key, one] of Object.entries(schema.properties ?? {})) walk(one, `${path}.${key}`, see)
  for (const one of schema.oneOf ?? []) walk(one, path, see)
  if (typeof schema.additionalProperties === 'object' && schema.additionalProperties.properties) walk(schema.additionalProperties, `${path}.*`, see)
}
