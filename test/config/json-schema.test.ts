import t from 'tap'
import { camelCase, camelCaseSchema, childSchema, editorSchema } from '../../src/config/json-schema.js'
import type { Schema } from '../../src/config/json-schema.js'

const schema: Schema = {
  type: 'object',
  required: ['max_body', 'key_file'],
  properties: {
    max_body: { type: 'string', default: '1MiB' },
    key_file: { type: 'string' },
    max_age: { type: 'string', unit: 'milliseconds' },
    some_list: { type: 'array', items: { type: 'object', properties: { in_list: { type: 'string' } } } },
    by_name: { type: 'object', additionalProperties: { type: 'object', required: ['deep_key'], properties: { deep_key: { default: 1 } } } }
  },
  dependentRequired: { max_body: ['key_file'] }
}
const choice: Schema = {
  oneOf: [
    { required: ['is_a'], properties: { type: { const: 'a' }, is_a: { type: 'string' } } },
    { properties: { type: { const: 'b' }, is_b: { type: 'string' } } }
  ]
}

t.test('snake_case becomes camelCase', async (t) => {
  t.equal(camelCase('a_long_name'), 'aLongName')
  t.equal(camelCase('name'), 'name')
})

t.test('a schema in camelCase has the names of its properties so, at every depth, and takes a duration as a number, too', async (t) => {
  const camel = camelCaseSchema(schema)

  t.same(Object.keys(camel.properties!), ['maxBody', 'keyFile', 'maxAge', 'someList', 'byName'])
  t.same(camel.required, ['maxBody', 'keyFile'])
  t.same(camel.dependentRequired, { maxBody: ['keyFile'] })
  t.same(camel.properties!.maxAge!.type, ['integer', 'string'])
  t.ok(camel.properties!.someList!.items!.properties!.inList)
  t.same((camel.properties!.byName!.additionalProperties as Schema).required, ['deepKey'])
  t.same(camelCaseSchema(choice).oneOf![0]!.required, ['isA'])
})

t.test('for an editor what has a default may be left out, and a number may come from the environment', async (t) => {
  const editor = editorSchema(schema)

  t.same(editor.required, ['key_file'])
  t.notOk('required' in (editor.properties!.by_name!.additionalProperties as Schema))
  t.same(editorSchema({ type: 'integer', unit: 'bytes' }), { type: ['integer', 'string'], pattern: '^\\$\\{.*\\}$' })
  t.same(schema.required, ['max_body', 'key_file'], 'the schema itself stays as it was')
})

t.test('the schema of what stands under a key is found', async (t) => {
  t.equal(childSchema(schema, {}, 'key_file'), schema.properties!.key_file)
  t.equal(childSchema(schema, {}, 'toString'), undefined)
  t.equal(childSchema(undefined, {}, 'key_file'), undefined)
  t.equal(childSchema(schema.properties!.by_name, {}, 'any'), schema.properties!.by_name!.additionalProperties)
  t.equal(childSchema(schema.properties!.some_list, [], '0'), schema.properties!.some_list!.items)
  t.equal(childSchema(choice, { type: 'b' }, 'is_b')!.type, 'string')
  t.equal(childSchema(choice, { type: 'c' }, 'is_b'), undefined)
})
