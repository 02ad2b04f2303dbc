import { randomBytes } from 'node:crypto'
import { encode, ExtData } from '@msgpack/msgpack'
import { EventTime, FluentServer, type FluentServerOptions } from '@fluent-org/logger'
import t, { type Test } from 'tap'
import { createForwardOutput, type ForwardOutputOptions } from '../../src/outputs/forward.js'
import { deliveries, delivery } from '../fixtures/alert-record.js'
import { acknowledge, createForwardPeer, rawHello, sha512 } from '../fixtures/forward-peer.js'
import { createManualTimer } from '../fixtures/manual-timer.js'
import { serverTls, tlsFile } from '../fixtures/tls-file.js'

const { signal } = new AbortController()
const defaults = { host: '127.0.0.1', tag: 'tripline.alert', ack: true, timeout: 10_000 }

function outputOf (t: Test, config: Partial<ForwardOutputOptions['config']> & { port: number }, options: Partial<ForwardOutputOptions> = {}) {
  const output = createForwardOutput('bit', { config: { ...defaults, ...config }, ...options })
  t.teardown(() => output.close())
  return output
}

/** The server of the published Fluent library, and what it was sent. */
async function createFluentServer (t: Test, options: FluentServerOptions = {}) {
  const entries: [string, unknown, unknown][] = []
  const server = new FluentServer({ ...options, listenOptions: { port: 0, host: '127.0.0.1' } })
  server.on('entry', (tag, time, record) => { entries.push([tag, time, record]) })
  await server.listen()
  t.teardown(() => server.close())
  return { port: server.port as number, entries }
}

const security = { serverHostname: 'server', sharedKey: 'key', authorize: false, userDict: { me: 'pass' } }
const logins: [string, FluentServerOptions, Partial<ForwardOutputOptions['config']>][] = [
  ['without a login', {}, {}],
  ['with a shared key', { security }, { sharedKey: 'key' }],
  ['with a key and a user', { security: { ...security, authorize: true } }, { sharedKey: 'key', username: 'me', password: 'pass' }],
  ['with a user alone', { security: { ...security, sharedKey: '', authorize: true } }, { username: 'me', password: 'pass' }],
  ['over TLS', { tlsOptions: serverTls() }, { tls: { caFile: tlsFile('ca.pem') } }],
  ['over TLS, with its own certificate', { tlsOptions: { ...serverTls(), requestCert: true, rejectUnauthorized: true } }, { tls: { caFile: tlsFile('ca.pem'), certFile: tlsFile('client.pem'), keyFile: tlsFile('client-key.pem') } }]
]
for (const [title, options, config] of logins) {
  t.test(`a Fluent server takes records ${title}, each with its time`, async (t) => {
    const server = await createFluentServer(t, options)
    const output = outputOf(t, { port: server.port, ...config })
    t.match(output, { name: 'bit', type: 'forward' })

    await output.send(deliveries(1, 2), signal)
    await output.send(deliveries(3), signal)

    const time = new EventTime(Date.parse('2026-03-01T12:00:00Z') / 1000, 250e6)
    t.same(server.entries, deliveries(1, 2, 3).map(({ record }) => ['tripline.alert', time, record]))
  })
}

t.test('sends the Forward mode with size, and with a new chunk each time an acknowledgement is asked for', async (t) => {
  const peer = await createForwardPeer(t, { answer: acknowledge })
  const output = outputOf(t, { port: peer.port })

  await output.send(deliveries(1, 2), signal)
  await output.send(deliveries(1), signal)

  const [first, second] = peer.messages as [string, [ExtData, object][], { size: number, chunk: string }][]
  t.match(first, ['tripline.alert', [[{ type: 0, data: { length: 8 } }, delivery(1).record], [{}, delivery(2).record]], { size: 2 }])
  t.equal(Buffer.from(first?.[2].chunk as string, 'base64').length, 16)
  t.not(first?.[2].chunk, second?.[2].chunk)
  t.equal(peer.sockets.size, 1, 'the connection is kept')
})

t.test('without ack it does not wait for an answer', async (t) => {
  let arrived = () => {}
  const arrival = new Promise<void>((resolve) => { arrived = resolve })
  const peer = await createForwardPeer(t, { answer: () => arrived() })

  await outputOf(t, { port: peer.port, ack: false }).send(deliveries(1), signal)
  await arrival

  t.match(peer.messages, [['tripline.alert', [[{}, delivery(1).record]], { size: 1, chunk: undefined }]])
})

const times: [string, number, number][] = [['2026-03-01T12:00:00.250Z', 1772366400, 250e6], ['1960-01-01T00:00:00Z', 0, 0], ['9999-01-01T00:00:00Z', 0xffffffff, 0], ['yesterday', 0, 0]]
for (const [timestamp, seconds, nanoseconds] of times) {
  t.test(`the event time of ${timestamp} is ${seconds} s`, async (t) => {
    const server = await createFluentServer(t)

    await outputOf(t, { port: server.port }).send([delivery(1, { '@timestamp': timestamp })], signal)

    t.match(server.entries, [['tripline.alert', { epoch: seconds, nano: nanoseconds }]])
  })
}

t.test('logs in where nonce and salt are no text, over and over', async (t) => {
  for (let i = 0; i < 20; i++) {
    const nonce = randomBytes(16)
    const salt = randomBytes(16)
    const peer = await createForwardPeer(t, {
      greet: (socket) => { socket.write(rawHello(nonce, salt)) },
      answer (socket, message, number) {
        if (number > 1) return acknowledge(socket, message, number)
        const [, host, keySalt, digest, user, password] = message as string[]
        const ok = digest === sha512(keySalt as string, host as string, nonce, 'ké') && user === 'me' && password === sha512(salt, 'me', 'pass')
        socket.write(encode(['PONG', ok, ok ? '' : 'mismatch', 'server', sha512(keySalt as string, 'server', nonce, 'ké')]))
      }
    })

    await t.resolves(outputOf(t, { port: peer.port, sharedKey: 'ké', username: 'me', password: 'pass' }).send(deliveries(1), signal))
  }
})

t.test('a login that fails is its own fault', async (t) => {
  const server = await createFluentServer(t, { security: { ...security, authorize: true } })
  const { port } = server
  const me = { username: 'me', password: 'pass' }

  await t.rejects(outputOf(t, { port, sharedKey: 'other', ...me }).send(deliveries(1), signal), { kind: 'output', message: /cannot log in: shared key mismatch; check shared_key/ })
  await t.rejects(outputOf(t, { port, sharedKey: 'key', ...me, password: 'no' }).send(deliveries(1), signal), { kind: 'output', message: /username\/password mismatch/ })
  await t.rejects(outputOf(t, { port, sharedKey: 'key' }).send(deliveries(1), signal), { kind: 'output', message: /missing authentication/ })
  await t.rejects(outputOf(t, { port }).send(deliveries(1), signal), { kind: 'output', message: /the server asks for a login: set shared_key/ })
  t.same(server.entries, [])
})

t.test('a server that asks for a login is found out without ack too, though not with the first record', async (t) => {
  const peer = await createForwardPeer(t, { greet: (socket) => { socket.write(rawHello(randomBytes(16))) } })
  const output = outputOf(t, { port: peer.port, ack: false })

  const sending = (async () => { for (;;) await output.send(deliveries(1), signal) })()

  await t.rejects(sending, { kind: 'output', message: /asks for a login/ })
})

t.test('a server that closes, speaks otherwise or is silent while logging in is told as such', async (t) => {
  const alarms = createManualTimer()
  const closing = await createForwardPeer(t, { greet: (socket) => socket.end() })
  const other = await createForwardPeer(t, { greet: (socket) => { socket.write(encode({ ack: 'a' })) } })
  const silent = await createForwardPeer(t, {})
  const mute = await createForwardPeer(t, { greet: (socket) => { socket.write(rawHello(randomBytes(16))) } })

  await t.rejects(outputOf(t, { port: closing.port, sharedKey: 'key' }).send(deliveries(1), signal), { kind: 'output', message: /the server closed the connection/ })
  await t.rejects(outputOf(t, { port: other.port, sharedKey: 'key' }).send(deliveries(1), signal), { kind: 'output', message: /another message than HELO/ })

  const unheard = outputOf(t, { port: silent.port, sharedKey: 'key' }, { timer: alarms.timer }).send(deliveries(1), signal)
  await alarms.hasSet(2)
  await alarms.fire()
  await t.rejects(unheard, { kind: 'output', message: /no greeting within 10000 ms: it may ask for no shared_key/ })

  const unanswered = outputOf(t, { port: mute.port, sharedKey: 'key' }, { timer: alarms.timer }).send(deliveries(1), signal)
  await alarms.hasSet(5)
  await alarms.fire()
  await t.rejects(unanswered, { kind: 'output', message: /no answer within 10000 ms/ })
})

const failures: [string, Parameters<typeof createForwardPeer>[1], RegExp][] = [
  ['a map without ack, as Vector sends it', { answer: (socket) => { socket.end(encode({})) } }, /did not take the records/],
  ['the ack of another chunk', { answer: (socket) => { socket.write(encode({ ack: 'other' })) } }, /did not take the records/],
  ['another message', { answer: (socket) => { socket.write(encode(null)) } }, /did not take the records/],
  ['the end of the connection', { answer: (socket) => { socket.end() } }, /the server closed the connection/]
]
for (const [title, options, message] of failures) {
  t.test(`${title} instead of the acknowledgement means to try again, over a new connection`, async (t) => {
    const peer = await createForwardPeer(t, { answer: (...told) => told[2] === 1 ? options.answer?.(...told) : acknowledge(...told) })
    const output = outputOf(t, { port: peer.port })

    await t.rejects(output.send(deliveries(1), signal), { kind: 'retry', message })
    await output.send(deliveries(1), signal)

    t.equal(peer.sockets.size, 2)
  })
}

t.test('no acknowledgement in time means to try again', async (t) => {
  const alarms = createManualTimer()
  const peer = await createForwardPeer(t, {})

  const sending = outputOf(t, { port: peer.port }, { timer: alarms.timer }).send(deliveries(1), signal)
  await alarms.hasSet(3)
  await alarms.fire()

  await t.rejects(sending, { kind: 'retry', message: `127.0.0.1:${peer.port}: no acknowledgement within 10000 ms` })
})

t.test('a server that takes no more bytes means to try again', async (t) => {
  const alarms = createManualTimer()
  const peer = await createForwardPeer(t, { greet: (socket) => socket.pause() })
  const large = [delivery(1, { reason: 'x'.repeat(20_000_000) })]

  const sending = outputOf(t, { port: peer.port }, { timer: alarms.timer }).send(large, signal)
  await alarms.hasSet(2)
  await alarms.fire()

  await t.rejects(sending, { kind: 'retry', message: /takes no data for 10000 ms/ })
})

t.test('a server that is not there means to try again, one that is not trusted does not', async (t) => {
  const server = await createFluentServer(t, { tlsOptions: serverTls() })

  await t.rejects(outputOf(t, { port: 1 }).send(deliveries(1), signal), { kind: 'retry', message: /^127\.0\.0\.1:1: .*ECONNREFUSED/ })
  await t.rejects(outputOf(t, { port: server.port, tls: {} }).send(deliveries(1), signal), { kind: 'output', message: /certificate/ })
})

t.test('connects anew when the server has closed meanwhile', async (t) => {
  const peer = await createForwardPeer(t, { answer: acknowledge })
  const output = outputOf(t, { port: peer.port })
  await output.send(deliveries(1), signal)
  const closed = [...peer.sockets].map((socket) => new Promise((resolve) => { socket.once('close', resolve) }))
  for (const socket of peer.sockets) socket.end()
  await Promise.all(closed)

  await output.send(deliveries(2), signal)

  t.equal(peer.sockets.size, 2)
})

t.test('stops when told to', async (t) => {
  const stop = new AbortController()
  const peer = await createForwardPeer(t, { answer: () => stop.abort(new Error('stopping')) })

  await t.rejects(outputOf(t, { port: peer.port }).send(deliveries(1), stop.signal), { kind: 'retry', message: /stopping/ })
})

t.test('a record that MessagePack cannot hold is refused, without asking the server', async (t) => {
  const deep = { position: 1, record: delivery(1).record, json: '['.repeat(2000) + ']'.repeat(2000) }

  await t.rejects(outputOf(t, { port: 1 }).send([deep], signal), { kind: 'refused', message: /cannot be written as MessagePack: / })
})

t.test('events pass as the entries that they are', async (t) => {
  const peer = await createForwardPeer(t, { answer: acknowledge })
  const output = outputOf(t, { port: peer.port })
  t.match(output, { encoding: 'msgpack', width: 1 })

  await output.pass(Array.from({ length: 500 }, (_, i) => Buffer.from(encode([i, { a: i }]))), signal)

  t.match(peer.messages, [['tripline.alert', [[0, { a: 0 }], [1, { a: 1 }]], { size: 500 }]])
  t.equal((peer.messages[0]?.[1] as unknown[]).length, 500)
})
