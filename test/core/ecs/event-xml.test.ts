import fc from 'fast-check'
import t from 'tap'
import { isEventXml, readEventXml } from '../../../src/core/ecs/event-xml.js'

const system = '<System><Provider Name=\'Microsoft-Windows-Sysmon\' Guid="{5770385f}"/><EventID Qualifiers="0">1</EventID><Version>5</Version><Level>4</Level><Task>1</Task><Opcode>0</Opcode>' +
  '<Keywords>0x80</Keywords><TimeCreated SystemTime="2026-03-02T12:00:00.1234567Z"/><EventRecordID>7</EventRecordID><Correlation/><Execution ProcessID="4" ThreadID="8"/>' +
  '<Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>PC1.example</Computer><Security UserID=\'S-1-5-18\'/></System>'
const wrap = (inner: string): string => `<?xml version="1.0" encoding="utf-8"?>\r\n<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>${inner}</Event>`

t.test('the envelope and the values of an event are read', async (t) => {
  const data = '<EventData><Data Name="CommandLine">a &lt;b&gt; &amp;amp; &quot;c&apos; &#228;&#xE4;&#x1F600;\r\n</Data><Data Name=\'Empty\'></Data><Data Name="None"/><Data>first</Data><Binary>0A</Binary></EventData>'
  const rendering = '<RenderingInfo Culture="en-US"><Message>Process Create:\n</Message><Level>Information</Level></RenderingInfo>'

  t.strictSame(readEventXml(wrap(system + data + rendering)), {
    code: '1',
    provider: 'Microsoft-Windows-Sysmon',
    channel: 'Microsoft-Windows-Sysmon/Operational',
    computer: 'PC1.example',
    recordId: '7',
    version: '5',
    level: '4',
    task: '1',
    opcode: '0',
    keywords: '0x80',
    user: 'S-1-5-18',
    message: 'Process Create:\n',
    times: ['2026-03-02T12:00:00.1234567Z'],
    data: { CommandLine: 'a <b> &amp; "c\' ää😀\r\n', Empty: '', Binary: '0A' },
    inserts: ['first']
  })
})

t.test('what is written in other ways is read too', async (t) => {
  const cases: [title: string, xml: string, expected: object][] = [
    ['the System part alone', system, { code: '1', computer: 'PC1.example' }],
    ['a prefix', '<Event><e:System><e:EventID>1</e:EventID></e:System></Event>', { code: '1' }],
    ['user data', wrap('<UserData><A xmlns="x"><Name>v</Name><B><C>w</C></B></A></UserData>'), { data: { Name: 'v', C: 'w' } }],
    ['comments, instructions and CDATA', wrap('<EventData><!-- <Data Name="x">1</Data> --><?x?><Data Name="y">a<![CDATA[<b>]]>c</Data></EventData>'), { data: { y: 'a<b>c' } }],
    ['the values of Azure\'s Event table', '<DataItem type="x"><EventData><Data Name="a">1</Data></EventData></DataItem>', { data: { a: '1' } }],
    ['an old source', wrap('<System><Provider EventSourceName="MsiInstaller"/></System>'), { provider: 'MsiInstaller' }],
    ['a name with an entity, in either quotes', wrap('<EventData><Data Name="a&amp;b">1</Data><Data Name=\'c\'>&gt;</Data></EventData>'), { data: { 'a&b': '1', c: '>' } }],
    ['other attributes', wrap('<EventData><Data Name="a" Type="x">1</Data><Data  Name = "b" >2</Data></EventData>'), { data: { a: '1', b: '2' } }],
    ['`__proto__` as a name', wrap('<EventData><Data Name="__proto__">1</Data></EventData>'), { data: JSON.parse('{"__proto__":"1"}') as object }],
    ['an unknown entity and a number beyond Unicode', wrap('<EventData><Data Name="a">&nbsp;&#9999999;</Data></EventData>'), { data: { a: '&nbsp;&#9999999;' } }],
    ['an empty section', wrap('<EventData/><UserData/>'), { data: {} }],
    ['text of nothing', wrap('<System><Channel> </Channel></System>'), { channel: undefined }]
  ]
  for (const [title, xml, expected] of cases) t.match(readEventXml(xml), expected, title)
})

t.test('broken XML gives what came before the break', async (t) => {
  const cases: [title: string, xml: string, data: object][] = [
    ['a tag that never closes', '<Event><EventData><Data Name="a">1</Data><Data Name="b', { a: '1' }],
    ['a tag in a tag', '<Event><EventData><Data Name="a">1</Data><Data <Name="b">2</Data>', { a: '1' }],
    ['a comment that never closes', '<Event><EventData><Data Name="a">1</Data><!-- <Data Name="b">2</Data>', { a: '1' }],
    ['a declaration inside an element', '<Event><EventData><Data Name="a">1</Data><Data Name="b">2<?XML version="1.0"?>3</Data></EventData>', { a: '1' }],
    ['a section inside an element', '<Event><EventData><Data Name="a">1</Data></EventData><Data>2<System>3</Data></System>', { a: '1' }],
    ['the end of a section inside an element', '<Event><EventData><Data Name="a">1</Data><Data Name="b">2</EventData>3</Data>', { a: '1' }],
    ['the end of another element', '<Event><EventData><Data Name="a">1</Data><Data Name="b">2</x>3</Data></EventData>', { a: '1' }],
    ['CDATA that never closes', '<Event><EventData><Data Name="a">1</Data><Data Name="b"><![CDATA[2</Data>', { a: '1' }],
    ['a document type, which no event has', '<Event><!DOCTYPE x><EventData><Data Name="a">1</Data>', {}],
    ['no end', '<Event><EventData><Data Name="a">1</Data><Data Name="b">2', { a: '1' }],
    ['ends without a beginning', '<Event></x></EventData><EventData></Data><Data Name="a">1</Data>', { a: '1' }],
    ['no XML', 'x', {}]
  ]
  for (const [title, xml, data] of cases) t.same(readEventXml(xml).data, data, title)
})

t.test('the first 1,000 values are read', async (t) => {
  const values = Array.from({ length: 1500 }, (_, i) => `<Data Name="n${i}">v</Data>`)

  t.equal(Object.keys(readEventXml(wrap(`<EventData>${values.join('')}</EventData>`)).data).length, 1000)
})

t.test('values survive their escaping', async (t) => {
  const escape = (text: string): string => text.replace(/[<>&'"\r]/g, (character) => `&#x${character.charCodeAt(0).toString(16)};`)
  const value = fc.string({ unit: fc.constantFrom('a', '<', '>', '&', '"', '\'', '\r', ';', '#', 'lt', ' ', 'é') })

  fc.assert(fc.property(fc.array(value, { maxLength: 5 }), (values) => {
    const xml = wrap(`<EventData>${values.map((text, i) => `<Data Name='n${i}'>${escape(text)}</Data>`).join('')}</EventData>`)

    t.same(Object.values(readEventXml(xml).data), values)
  }))
})

t.test('hostile text is read in linear time, and never throws', async (t) => {
  const pieces = ['<', '<a b="', '<a ', '<!--', '<![CDATA[', '<Data Name="x">', '&', '&#', ' ', '<EventData>', '</Data>', '<a/>', '<Data Name=', 'a', 'a:', 'a=', 'a =', 'a="', "a='", '-a']
  for (const [before, after] of [['', ''], ['<', ''], ['<Data ', '>'], ['<Data a', '>']] as const) {
    for (const piece of pieces) {
      // In the square of its length it would take minutes.
      t.doesNotThrow(() => readEventXml(wrap('<EventData>') + before + piece.repeat(Math.ceil(500_000 / piece.length)) + after), before + piece)
    }
  }
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('<', '>', '/', 'Data', ' Name="', '"', 'EventData', 'System', '&lt;', '<!--', '-->', ' ', 'a') }), (text) => {
    t.type(readEventXml('<Event>' + text).data, 'object')
  }))
})

t.test('the XML of an event is known by its beginning', async (t) => {
  const known = [wrap(''), '<Event>', ' \n<Event xmlns="x">', '<System>', '<DataItem a="b">', '<EventData>']
  const unknown = ['<Events>', '<html>', 'x<Event>', '', '<Event', `${' '.repeat(200)}<Event>`, 7, null, {}]

  t.same(known.filter((text) => !isEventXml(text)), [])
  t.same(unknown.filter(isEventXml), [])
})
