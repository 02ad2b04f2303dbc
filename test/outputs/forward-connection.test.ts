import { once } from 'node:events'
import type { Socket } from 'node:net'
import { encode } from '@msgpack/msgpack'
import t, { type Test } from 'tap'
import { connectForward } from '../../src/outputs/forward-connection.js'
import { textOf } from '../../src/outputs/forward-handshake.js'
import { createForwardPeer } from '../fixtures/forward-peer.js'
import { serverTls } from '../fixtures/tls-file.js'

const { signal } = new AbortController()

async function given (t: Test, options: Parameters<typeof createForwardPeer>[1]) {
  const peer = await createForwardPeer(t, options)
  const connection = await connectForward({ host: '127.0.0.1', port: peer.port }, signal)
  t.teardown(() => connection.destroy())
  return { peer, connection }
}

t.test('takes messages apart, however they are cut, in order', async (t) => {
  const bytes = Buffer.concat([encode(['HELO', { nonce: 'a' }]), encode({ ack: 'b' }), encode({ ack: 'c' })])
  for (let size = 1; size <= bytes.length; size++) {
    const { connection } = await given(t, {
      async greet (socket) {
        socket.setNoDelay(true)
        for (let i = 0; i < bytes.length; i += size) await new Promise((resolve) => { socket.write(bytes.subarray(i, i + size), resolve) })
      }
    })

    const messages = [await connection.read(), await connection.read(), await connection.read()] as [[unknown], { ack: unknown }, { ack: unknown }]

    t.same([textOf(messages[0][0]), textOf(messages[1].ack), textOf(messages[2].ack)], ['HELO', 'b', 'c'])
    t.equal(connection.take(), undefined)
    connection.destroy()
  }
})

t.test('keeps what comes before anyone reads', async (t) => {
  let greeted: Promise<unknown> = Promise.resolve()
  const { connection } = await given(t, { greet: (socket) => { greeted = new Promise((resolve) => { socket.write(encode(1), resolve) }) } })
  await greeted

  t.equal(await connection.read(), 1)
})

t.test('writes', async (t) => {
  const { connection } = await given(t, { answer: (socket, message) => { socket.write(encode(message)) } })

  await connection.write(encode(7))

  t.equal(await connection.read(), 7)
  t.ok(connection.open)
})

const ends: [string, (socket: Socket) => void, RegExp][] = [
  ['an end', (socket) => socket.end(), /the server closed the connection/],
  ['a reset', (socket) => socket.resetAndDestroy(), /ECONNRESET/],
  ['what is not MessagePack', (socket) => { socket.write(Buffer.from([0xc1])) }, /type byte/],
  ['a message longer than any that is known', (socket) => { socket.write(Buffer.from([0xdb, 0, 1, 0, 0])) }, /bin length/],
  ['a message that never ends', (socket) => { socket.write(Buffer.alloc(100_000, 0x91)) }, /more than this protocol knows/],
  ['too many messages', (socket) => { socket.write(Buffer.alloc(1000, 1)) }, /more than this protocol knows/]
]
for (const [title, end, error] of ends) {
  t.test(`${title} ends the connection, for the reader that waits and for the next`, async (t) => {
    const { connection } = await given(t, { greet: (socket) => { socket.once('data', () => end(socket)) } })
    const read = (async () => { for (;;) await connection.read() })()
    await connection.write(encode(1))

    await t.rejects(read, error)

    while (connection.take() !== undefined);
    await t.rejects(connection.read(), error)
    t.notOk(connection.open)
    await t.rejects(connection.write(encode(1)))
  })
}

t.test('its own end ends the reader', async (t) => {
  const { connection } = await given(t, {})
  const read = connection.read()

  connection.destroy()

  await t.rejects(read, /the connection is closed/)
})

t.test('a connection that cannot be made is told, with TLS or without', async (t) => {
  const peer = await createForwardPeer(t, { tls: serverTls() })

  await t.rejects(connectForward({ host: '127.0.0.1', port: 1 }, signal), { code: 'ECONNREFUSED' })
  await t.rejects(connectForward({ host: 'localhost', port: peer.port, tls: { rejectUnauthorized: true } }, signal), { code: /CERT|VERIFY/ })
})

t.test('stops connecting when told to', async (t) => {
  const stop = new AbortController()
  const peer = await createForwardPeer(t, {})

  // A plain server never answers the first word of TLS.
  const connecting = connectForward({ host: '127.0.0.1', port: peer.port, tls: { rejectUnauthorized: true } }, stop.signal)
  stop.abort(new Error('stopping'))

  await t.rejects(connecting, { message: 'stopping' })
})

t.test('speaks TLS by the name of the host', async (t) => {
  let name: unknown
  const peer = await createForwardPeer(t, { tls: { ...serverTls(), SNICallback: (servername, done) => { name = servername; done(null) } }, greet: (socket) => { socket.write(encode(1)) } })

  const connection = await connectForward({ host: 'localhost', port: peer.port, tls: { ca: serverTls().ca, rejectUnauthorized: true } }, signal)

  t.equal(await connection.read(), 1)
  t.equal(name, 'localhost')
  connection.destroy()
  await Promise.all([...peer.sockets].map((socket) => socket.closed || once(socket, 'close')))
})
