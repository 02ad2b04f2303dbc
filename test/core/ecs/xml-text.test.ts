import t from 'tap'
import { isXmlText, readXmlText } from '../../../src/core/ecs/xml-text.js'

const xml = '<Event><System><Provider Name="P"/><EventID>4688</EventID><Version>0</Version></System><EventData><Data Name="Image">x.exe</Data></EventData></Event>'
const inserts = ['S-1-5-18', 'PC1$', 'CORP', '0x3e7', '0x1cf4', 'nslookup.exe', '%%1936', '0x1400']

t.test('XML is found where shippers put lines', async (t) => {
  for (const name of ['message', 'log', 'Message', 'xml', 'event.original']) {
    t.ok(isXmlText({ [name]: xml, host: 'collector' }), name)
    t.match(readXmlText({ [name]: xml, host: 'collector' }), { code: '4688', provider: 'P', computer: undefined, data: { Image: 'x.exe' }, inserts: undefined }, name)
  }
})

t.test('values without names are named by their places', async (t) => {
  const message = xml.replace('<Data Name="Image">x.exe</Data>', inserts.map((value) => `<Data>${value}</Data>`).join(''))

  t.match(readXmlText({ message }), { data: { NewProcessId: '0x1cf4' } })
})

t.test('other text is none', async (t) => {
  for (const record of [{}, { message: 'Event' }, { message: { Event: xml } }, { text: xml }]) t.notOk(isXmlText(record))
})
