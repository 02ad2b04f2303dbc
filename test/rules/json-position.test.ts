import fc from 'fast-check'
import t from 'tap'
import { elementsInJson, faultInJson, findInJson } from '../../src/rules/json-position.js'
import type { Path } from '../../src/rules/places.js'

const text = '{ "a": [1, {"b" : "x\\n\\u00e4y"}, [ ]], "a b": {"c": -1.5e3, "d": null}, "q\\"": true, "e": {} }'
const finds: [string, Path, string][] = [
  ['the root', [], '{ "a"'],
  ['a member', ['a'], '[1, {'],
  ['an element', ['a', 0], '1, {'],
  ['a member of an element', ['a', 1, 'b'], '"x'],
  ['an empty element', ['a', 2], '[ ]]'],
  ['a member with a blank in its name', ['a b', 'c'], '-1.5e3'],
  ['the last member', ['a b', 'd'], 'null'],
  ['a name with an escape', ['q"'], 'true'],
  ['what holds a missing member', ['a b', 'x', 'y'], '{"c"'],
  ['what holds a missing element', ['a', 9], '[1, {'],
  ['the plain value on a path that goes deeper', ['a', 0, 'b'], '1, {'],
  ['an empty object', ['e', 'f'], '{} }']
]
for (const [title, path, expected] of finds) {
  t.test(`finds ${title}`, async (t) => {
    const at = findInJson(text, path)

    t.ok(text.slice(at).startsWith(expected), text.slice(at))
  })
}

t.test('finds a character inside a text behind its escapes', async (t) => {
  const path = ['a', 1, 'b']

  t.equal(text[findInJson(text, path, { inside: 0 })], 'x')
  t.equal(text[findInJson(text, path, { inside: 1 })], '\\')
  t.equal(text[findInJson(text, path, { inside: 3 })], 'y')
  t.equal(text[findInJson(text, path, { inside: 99 })], '"', 'no farther than the closing quote')
  t.equal(findInJson(text, ['a', 0], { inside: 4 }), findInJson(text, ['a', 0]), 'only a text has characters')
})

t.test('starts where it is told', async (t) => {
  t.equal(findInJson('{"a":1}\n{"a":2}', ['a'], { start: 8 }), 13)
})

t.test('finds every element of a list in one walk', async (t) => {
  const text = ' [ {"a": [1, 2]} , "x,]", [[]],3 ] '

  t.same(elementsInJson(text), [0, 1, 2, 3].map((i) => findInJson(text, [i])))
  t.same(elementsInJson('[]'), [])
})

t.test('takes the member that JSON.parse takes when a name stands twice', async (t) => {
  t.equal(findInJson('{"a":1,"a":2}', ['a']), 11)
})

t.test('finds every member of any JSON', async () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
    const text = JSON.stringify(value, null, 1)

    return Object.keys(value).every((name) => {
      const rest = text.slice(findInJson(text, [name]))
      return rest.startsWith(JSON.stringify(value[name], null, 1).split('\n')[0] as string)
    })
  }))
})

const faults: [string, number][] = [
  ['{"a": 1,}', 8],
  ['{"a" 1}', 5],
  ['{a: 1}', 1],
  ['[1 2]', 3],
  ['[1, ]', 4],
  ['{"a": tru}', 6],
  ['{"a": 01}', 6],
  ['{"a": "x\ny"}', 6],
  ['[1', 2],
  ['', 0],
  ['[1]]', 3],
  ['[1}', 2],
  ['{"a": {"b": []}, :}', 17],
  ['[[], {}, {"a": [1], "b": {}}] x', 30],
  ['{"a": ]}', 6]
]
for (const [text, offset] of faults) {
  t.test(`${JSON.stringify(text)} is wrong at ${offset}`, async (t) => {
    t.throws(() => JSON.parse(text))
    t.equal(faultInJson(text), offset)
  })
}

t.test('nothing is wrong before the end of any JSON', async () => {
  fc.assert(fc.property(fc.json(), (text) => faultInJson(text) === text.length))
})
