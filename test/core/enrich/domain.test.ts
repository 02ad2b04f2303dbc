import fc from 'fast-check'
import t from 'tap'
import { readName, registeredDomain } from '../../../src/core/enrich/domain.js'

const cases: [string, string | undefined][] = [
  ['x1.t.example.net', 'example.net'],
  ['example.net', 'example.net'],
  ['X1.T.Example.NET.', 'example.net'],
  ['a.b.example.co.uk', 'example.co.uk'],
  ['t.example.net..', 'example.net'],
  ['dc1.corp.local', 'corp.local'],
  ['me.duckdns.org', 'duckdns.org'],
  ['_dmarc.example.net', 'example.net'],
  ['aGk+/=.example.net', 'example.net'],
  ['bücher.example', 'bücher.example'],
  ['a..b.example', 'b.example'],
  ['7.2.0.192.in-addr.arpa', '192.in-addr.arpa'],
  ['co.uk', undefined],
  ['localhost', undefined],
  ['192.0.2.9', undefined],
  ['192.168.1', undefined],
  ['2001:db8::1', undefined],
  ['[2001:db8::1]', undefined],
  ['user@b.example', undefined],
  ['http://a.example/x', undefined],
  ['a.example:53', undefined],
  ['__proto__', undefined],
  ['.', undefined],
  ['', undefined],
  ['x'.repeat(300) + '.example', undefined]
]

for (const [name, domain] of cases) {
  t.test(`the registered domain of ${name.slice(0, 30) || 'nothing'} is ${domain ?? 'unknown'}`, async (t) => {
    t.equal(registeredDomain(name), domain)
  })
}

t.test('a registered domain is the end of its name, whatever the name holds', async (t) => {
  const name = fc.string({ unit: fc.constantFrom('a', 'Z', '1', '.', '-', '_', '/', ':', '@', 'é', '\u0000'), maxLength: 40 })

  fc.assert(fc.property(name, fc.constantFrom('', '.com', '.co.uk', '.', '.1'), (start, end) => {
    const domain = registeredDomain(start + end)

    t.ok(domain === undefined || (start + end).toLowerCase().replace(/\.+$/, '').endsWith(domain))
  }))
})

t.test('a name is read in lower case and without a trailing dot', async (t) => {
  t.equal(readName('NS1.Example.ORG.'), 'ns1.example.org')
  t.equal(readName('.'), '.')
})
