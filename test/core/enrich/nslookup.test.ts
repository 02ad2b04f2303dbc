import fc from 'fast-check'
import t from 'tap'
import { splitCommandLine } from '../../../src/core/enrich/command-line.js'
import { readNslookup } from '../../../src/core/enrich/nslookup.js'

const lines: [string, object][] = [
  ['nslookup -q=TXT x1.t.example.net 192.0.2.9', { name: 'x1.t.example.net', type: 'TXT', server: '192.0.2.9', interactive: false }],
  ['nslookup example.net', { name: 'example.net', interactive: false }],
  ['nslookup -querytype=mx Example.NET.', { name: 'example.net', type: 'MX', interactive: false }],
  ['nslookup -QueryType=any example.net', { name: 'example.net', type: 'ANY', interactive: false }],
  ['nslookup -qt=null example.net', { name: 'example.net', type: 'NULL', interactive: false }],
  ['nslookup -type=aaaa example.net', { name: 'example.net', type: 'AAAA', interactive: false }],
  ['nslookup -ty=16 example.net', { name: 'example.net', type: '16', interactive: false }],
  ['nslookup -query=srv _ldap._tcp.example.net', { name: '_ldap._tcp.example.net', type: 'SRV', interactive: false }],
  ['nslookup /type=cname example.net', { name: 'example.net', type: 'CNAME', interactive: false }],
  ['nslookup \u2013q=txt example.net', { name: 'example.net', type: 'TXT', interactive: false }],
  ['nslookup \u2011ty=txt example.net', { name: 'example.net', type: 'TXT', interactive: false }],
  ['nslookup \uff0d\uff51\uff1dtxt example.net', { name: 'example.net', type: 'TXT', interactive: false }],
  ['nslookup \u00adq=txt m\u00fcller.example', { name: 'm\u00fcller.example', type: 'TXT', interactive: false }],
  ['nslookup\t-quer=txt\texample.net', { name: 'example.net', type: 'TXT', interactive: false }],
  ['nslookup example.net -q=txt 192.0.2.9', { name: 'example.net', type: 'TXT', server: '192.0.2.9', interactive: false }],
  ['nslookup example.net NS1.example.org. -q=txt', { name: 'example.net', type: 'TXT', server: 'ns1.example.org', interactive: false }],
  ['nslookup -debug -timeout=5 -retry=1 -port=5353 -nosearch -q=txt example.net', { name: 'example.net', type: 'TXT', interactive: false }],
  ['nslookup -q=a -q=txt example.net', { name: 'example.net', type: 'TXT', interactive: false }],
  ['nslookup -q= example.net', { name: 'example.net', interactive: false }],
  ['nslookup -q example.net', { name: 'example.net', interactive: false }],
  ['nslookup -t=5 example.net', { name: 'example.net', interactive: false }],
  ['nslookup "-q=txt" "example.net"', { name: 'example.net', type: 'TXT', interactive: false }],
  ['"C:\\Windows\\System32\\nslookup.exe"  -q=txt  example.net', { name: 'example.net', type: 'TXT', interactive: false }],
  ['C:\\Program Files\\x\\NSLOOKUP.EXE -q=txt example.net', { name: 'example.net', type: 'TXT', interactive: false }],
  ['renamed.exe -q=txt example.net', { name: 'example.net', type: 'TXT', interactive: false }],
  ['renamed.exe -q=txt nslookup', { name: 'nslookup', type: 'TXT', interactive: false }],
  ['-q=txt example.net', { name: 'example.net', type: 'TXT', interactive: false }],
  ['nslookup -q=ns .', { name: '.', type: 'NS', interactive: false }],
  ['nslookup 192.0.2.1', { name: '192.0.2.1', interactive: false }],
  ['nslookup', { interactive: true }],
  ['nslookup -q=txt', { type: 'TXT', interactive: true }],
  ['nslookup - 192.0.2.9', { server: '192.0.2.9', interactive: true }],
  ['nslookup -q=txt - ns1.example.org', { type: 'TXT', server: 'ns1.example.org', interactive: true }],
  ['nslookup a.example b.example c.example', { name: 'a.example', server: 'b.example', interactive: false }],
  ['', { interactive: true }]
]

for (const [line, expected] of lines) {
  t.test(`reads ${line === '' ? 'an empty command line' : line}`, async (t) => {
    t.same(readNslookup(splitCommandLine(line)), expected)
  })
}

t.test('reads arguments whose splitter kept quotes and made empty ones', async (t) => {
  const args = ['"C:\\Windows\\system32\\nslookup.exe"', '', '"-q=txt"', '', 'a.example', '']

  t.same(readNslookup(args), { name: 'a.example', type: 'TXT', interactive: false })
})

t.test('finds name, type and server wherever the options stand', async (t) => {
  const option = fc.constantFrom<string>('-debug', '-timeout=3', '-port=53', '/vc', '-nosea', '-cl=IN')
  const type = fc.constantFrom<string>('-q=txt', '-QT=TXT', '-type=Txt', '/querytype=txt', '-ty=txt')

  fc.assert(fc.property(fc.array(option), fc.array(option), fc.array(option), type, fc.nat(2), (first, second, third, given, at) => {
    const options = [first, second, third]
    options[at]?.push(given)
    const args = ['nslookup', ...first, 'a.example', ...second, 'b.example', ...third]

    t.same(readNslookup(args), { name: 'a.example', type: 'TXT', server: 'b.example', interactive: false })
  }))
})

t.test('never throws', async (t) => {
  fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' })), (args) => {
    t.type(readNslookup(args).interactive, 'boolean')
  }))
})
