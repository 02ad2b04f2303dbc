import t from 'tap'
import { attributeOf, elementText, readEventData } from '../../../src/core/ecs/event-data.js'

t.test('values are read however they are written down', async (t) => {
  const cases: [title: string, value: unknown, data: object, inserts: unknown[]][] = [
    ['by name', { Image: 'x.exe' }, { Image: 'x.exe' }, []],
    ['as xmltodict writes them', { Data: [{ '@Name': 'Image', '#text': 'x.exe' }, { '@Name': 'User' }] }, { Image: 'x.exe', User: undefined }, []],
    ['as xml2js does', { Data: [{ $: { Name: 'Image' }, _: 'x.exe' }] }, { Image: 'x.exe' }, []],
    ['as evtx_dump does', { Data: { '#attributes': { Name: 'Image' }, '#text': 'x.exe' } }, { Image: 'x.exe' }, []],
    ['as a list of names and values', [{ Name: 'Image', Value: 'x.exe' }, { name: 'User', value: 'a' }, { Key: 'b', Text: 'c' }], { Image: 'x.exe', User: 'a', b: 'c' }, []],
    ['without names', { Data: ['a', 'b'] }, {}, ['a', 'b']],
    ['without names, as evtx_dump writes them', { Data: { '#text': ['a', 'b'] } }, {}, ['a', 'b']],
    ['JSON text', ' {"Image":"x.exe"}', { Image: 'x.exe' }, []],
    ['a JSON list', '["a"]', {}, ['a']],
    ['XML text', '<EventData><Data Name="Image">x.exe</Data><Data>a</Data></EventData>', { Image: 'x.exe' }, ['a']],
    ['`__proto__` as a name', [{ Name: '__proto__', Value: 'x' }], JSON.parse('{"__proto__":"x"}') as object, []],
    ['broken JSON', '{"Image":', {}, []],
    ['other text', 'Image: x.exe', {}, []],
    ['no text', '', {}, []],
    ['nothing', null, {}, []],
    ['a number', 7, {}, []]
  ]
  for (const [title, value, data, inserts] of cases) t.same(readEventData(value), { data, inserts }, title)
})

t.test('JSON of any depth is no matter', async (t) => {
  t.doesNotThrow(() => readEventData('['.repeat(100_000) + ']'.repeat(100_000)))
  t.doesNotThrow(() => readEventData('{"Data":'.repeat(50_000) + '1' + '}'.repeat(50_000)))
})

t.test('an element is text, or an object with its text and attributes', async (t) => {
  t.same([1, { '#text': 1 }, { _: 1 }, { a: 1 }].map(elementText), [1, 1, 1, undefined])
  t.same([{ Name: 'a' }, { '@Name': 'a' }, { _Name: 'a' }, { '#attributes': { Name: 'a' } }, { attributes: { Name: 'a' } }, { $: 'a' }, 'a', null].map((element) => attributeOf(element, 'Name')), ['a', 'a', 'a', 'a', 'a', undefined, undefined, undefined])
})
