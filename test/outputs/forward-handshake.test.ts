import { decode, encode } from '@msgpack/msgpack'
import t from 'tap'
import fc from 'fast-check'
import { encodePing, readHello, refusalOf, textOf } from '../../src/outputs/forward-handshake.js'
import { rawHello, sha512 } from '../fixtures/forward-peer.js'

const raw = (bytes: Uint8Array) => decode(bytes, { rawStrings: true })
const nonce = Buffer.from('ff00c3289f0102030405060708090a0b', 'hex')
const salt = Buffer.from('80818283', 'hex')

t.test('reads nonce and salt byte for byte, as text or as binary', async (t) => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 64 }), (nonce, salt) => {
    for (const message of [rawHello(nonce, salt), encode(['HELO', { nonce, auth: salt }])]) {
      const hello = readHello(raw(message))
      t.same([hello?.nonce, hello?.salt].map((bytes) => [...bytes ?? ['none']]), [[...nonce], [...salt]])
    }
  }))
})

t.test('a greeting may leave everything out; another message is none', async (t) => {
  const empty = { nonce: new Uint8Array(), salt: new Uint8Array() }
  for (const greeting of [['HELO'], ['HELO', null], ['HELO', 1], ['HELO', {}], ['HELO', { nonce: 1, auth: false }]]) {
    t.same(readHello(raw(encode(greeting))), empty, JSON.stringify(greeting))
  }
  for (const other of [['PONG', true], { ack: 'a' }, null, 'HELO', [], [1]]) {
    t.equal(readHello(raw(encode(other))), undefined, JSON.stringify(other))
  }
  t.equal(readHello(undefined), undefined)
})

t.test('proves that it knows the key, and the password where it is asked for', async (t) => {
  const login = { sharedKey: 'key', username: 'me', password: 'pass' }

  t.same(decode(encodePing({ nonce, salt: Buffer.alloc(0) }, login, 'host', 'abc')),
    ['PING', 'host', 'abc', sha512('abc', 'host', nonce, 'key'), '', ''])
  t.same(decode(encodePing({ nonce, salt }, login, 'host', 'abc')),
    ['PING', 'host', 'abc', sha512('abc', 'host', nonce, 'key'), 'me', sha512(salt, 'me', 'pass')])
  t.same(decode(encodePing({ nonce, salt }, {}, 'host', 'abc')),
    ['PING', 'host', 'abc', sha512('abc', 'host', nonce, ''), '', sha512(salt, '', '')])
})

const proof = sha512('abc', 'server', nonce, 'key')
const pongs: [string, unknown, string | undefined][] = [
  ['a server that knows the key', ['PONG', true, '', 'server', proof], undefined],
  ['a reason', ['PONG', false, 'shared_key mismatch', '', ''], 'shared_key mismatch'],
  ['no reason', ['PONG', false], 'the server gives no reason'],
  ['another digest', ['PONG', true, '', 'server', sha512('abc', 'server', nonce, 'other')], 'the server does not prove that it knows the shared key'],
  ['the digest of another server', ['PONG', true, '', 'other', proof], 'the server does not prove that it knows the shared key'],
  ['no digest', ['PONG', true, ''], 'the server does not prove that it knows the shared key'],
  ['another message', { ack: 'a' }, 'the server answers the login with another message'],
  ['a second greeting', ['HELO', {}], 'the server answers the login with another message']
]
for (const [title, pong, refusal] of pongs) {
  t.test(`the login ${refusal === undefined ? 'holds' : 'fails'} with ${title}`, async (t) => {
    t.equal(refusalOf(raw(encode(pong)), { nonce, salt }, { sharedKey: 'key' }, 'abc'), refusal)
  })
}

t.test('an empty key is a key', async (t) => {
  t.equal(refusalOf(raw(encode(['PONG', true, '', 'server', sha512('abc', 'server', nonce)])), { nonce, salt }, {}, 'abc'), undefined)
})

t.test('text is what was sent as text', async (t) => {
  t.equal(textOf(raw(encode('ä'))), 'ä')
  t.equal(textOf(1), '')
})
