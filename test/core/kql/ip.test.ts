import fc from 'fast-check'
import t from 'tap'
import { compareAddresses, isWithin, readAddress, readBlock } from '../../../src/core/kql/ip.js'
import type { Address } from '../../../src/core/kql/ip.js'

t.test('every spelling of an address reads as the same address', async (t) => {
  const cases: [text: string, same: string][] = [
    ['::1', '0:0:0:0:0:0:0:1'],
    ['::', '0:0:0:0:0:0:0:0'],
    ['2001:DB8::A', '2001:0db8:0:0:0:0:0:a'],
    ['1::8', '1:0:0:0:0:0:0:8'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['64:ff9b::1.2.3.4', '64:ff9b:0:0:0:0:102:304'],
    ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304']
  ]
  for (const [text, same] of cases) t.same(readAddress(text), readAddress(same) as Address, text)
})

t.test('what is no address is not read as one', async (t) => {
  const cases = ['', '-', '1.2.3', '1.2.3.4.5', '256.0.0.1', '01.2.3.4', '1.2.3.4 ', '1:2', ':::', '1::2::3', '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8', '12345::', 'g::', '::1.2.3', '1.2.3.4::', ':1', '1:', '1.2.3.4:5:6:7:8:9:a', '1'.repeat(100)]
  for (const text of cases) t.equal(readAddress(text), undefined, text)
})

t.test('a block holds the addresses that share its first bits', async (t) => {
  const cases: [block: string, address: string, holds: boolean][] = [
    ['10.0.0.0/8', '10.255.1.2', true], ['10.0.0.0/8', '11.0.0.0', false], ['10.9.9.9/8', '10.0.0.1', true],
    ['192.168.1.128/25', '192.168.1.127', false], ['192.168.1.128/25', '192.168.1.200', true], ['1.2.3.4/32', '1.2.3.5', false],
    ['0.0.0.0/0', '9.9.9.9', true], ['0.0.0.0/0', '2001:db8::1', false], ['::/0', '9.9.9.9', true], ['fe80::/10', 'febf::1', true],
    ['fe80::/10', 'fec0::1', false]
  ]
  for (const [block, address, holds] of cases) {
    t.equal(isWithin(readAddress(address) as Address, readBlock(block) as { address: Address, bits: number }), holds, `${block} ${address}`)
  }
  for (const text of ['10.0.0.0', '10.0.0.0/33', '::/129', '/8', 'a/8', '10.0.0.0/', '10.0.0.0/x']) t.equal(readBlock(text), undefined, text)
})

t.test('addresses are ordered as their numbers are', async (t) => {
  const group = fc.integer({ min: 0, max: 0xffff })
  fc.assert(fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), fc.array(group, { minLength: 8, maxLength: 8 }), (a, b) => {
    const [first, second] = [a, b].map((groups) => BigInt('0x' + groups.map((group) => group.toString(16).padStart(4, '0')).join(''))) as [bigint, bigint]

    return Math.sign(compareAddresses(a, b)) === (first < second ? -1 : first > second ? 1 : 0) && compareAddresses(a, a) === 0
  }))
  t.pass()
})

t.test('an address that was written is read again', async (t) => {
  fc.assert(fc.property(fc.ipV6(), (text) => readAddress(text)?.length === 8))
  fc.assert(fc.property(fc.ipV4(), (text) => readAddress(text)?.length === 8))
  t.pass()
})
