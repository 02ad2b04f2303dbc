import { gunzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { createHttpClient, type HttpClientOptions } from '../../src/outputs/http-client.js'
import { createHttpPeer, reply } from '../fixtures/http-peer.js'
import { createManualTimer } from '../fixtures/manual-timer.js'
import { serverTls, tlsFile } from '../fixtures/tls-file.js'

const defaults = { compression: 'none', headers: {}, timeout: 20_000 } as const

function clientOf (t: Test, config: Partial<HttpClientOptions['config']> & { uri: string }, options: Partial<HttpClientOptions> = {}) {
  const client = createHttpClient('siem', { config: { ...defaults, ...config }, ...options })
  t.teardown(() => client.close())
  return client
}

t.test('posts the body to the path and query, with its type and the headers of the config', async (t) => {
  const peer = await createHttpPeer(t, [reply(200)])
  const client = clientOf(t, { uri: `${peer.uri}/a?b=c`, headers: { 'X-Team': 'blue', 'User-Agent': 'mine' } })

  const answer = await client.post('{"ä":1}', 'application/json')

  t.match(answer, { status: 200, text: '', retryAfter: undefined, location: undefined })
  t.match(peer.requests, [{
    method: 'POST',
    url: '/alerts/a?b=c',
    headers: { 'content-type': 'application/json', 'content-length': '8', 'x-team': 'blue', 'user-agent': 'mine' },
    body: Buffer.from('{"ä":1}')
  }])
  t.notOk(peer.requests[0]?.headers.authorization)
  t.notOk(peer.requests[0]?.headers['content-encoding'])
})

t.test('compresses', async (t) => {
  const peer = await createHttpPeer(t, [reply(200)])

  await clientOf(t, { uri: peer.uri, compression: 'gzip' }).post('{"a":1}', 'application/json')

  t.match(peer.requests, [{ headers: { 'content-encoding': 'gzip', 'user-agent': 'Tripline' } }])
  t.equal(gunzipSync(peer.requests[0]?.body as Buffer).toString(), '{"a":1}')
})

t.test('logs in with a token or with a password, the address may hold it', async (t) => {
  const peer = await createHttpPeer(t, [reply(200)])
  const withUser = peer.uri.replace('//', '//me:p%40ss@')
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
  const cases: [Partial<HttpClientOptions['config']> & { uri: string }, string][] = [
    [{ uri: peer.uri, auth: { bearer: 'token' } }, 'Bearer token'],
    [{ uri: peer.uri, auth: { basic: { username: 'me', password: 'ä:b' } } }, basic('me:ä:b')],
    [{ uri: withUser }, basic('me:p@ss')],
    [{ uri: withUser, auth: { bearer: 'token' } }, 'Bearer token']
  ]
  for (const [config] of cases) await clientOf(t, config).post('1', 'application/json')

  t.same(peer.requests.map((request) => request.headers.authorization), cases.map(([, header]) => header))
})

t.test('tells the status, the wish to wait, the redirect and the start of the body', async (t) => {
  const date = 'Mon, 01 Jan 2029 00:00:10 GMT'
  const peer = await createHttpPeer(t, [
    reply(429, { 'retry-after': '7' }, ' slow down \n'),
    reply(503, { 'retry-after': date }),
    reply(503, { 'retry-after': ['1', '2'] }),
    reply(503, { 'retry-after': 'soon' }),
    reply(503, { 'retry-after': 'Mon, 01 Jan 2001 00:00:00 GMT' }),
    reply(307, { location: '/elsewhere' }),
    reply(400, {}, 'x'.repeat(1000))
  ])
  const client = clientOf(t, { uri: peer.uri }, { clock: () => Date.parse(date) - 10_000 })
  const expected = [
    { status: 429, retryAfter: 7000, text: 'slow down' },
    { status: 503, retryAfter: 10_000 },
    { status: 503, retryAfter: 1000 },
    { status: 503, retryAfter: undefined },
    { status: 503, retryAfter: 0 },
    { status: 307, location: '/elsewhere' },
    { status: 400, text: 'x'.repeat(512) }
  ]
  for (const answer of expected) t.match(await client.post('1', 'application/json'), answer)

  t.equal(peer.connections, 1, 'the connection is kept')
})

t.test('a server that closes after each answer is nothing special', async (t) => {
  const peer = await createHttpPeer(t, [reply(200, { connection: 'close' })])
  const client = clientOf(t, { uri: peer.uri })

  for (let i = 0; i < 3; i++) t.match(await client.post('1', 'application/json'), { status: 200 })

  t.equal(peer.connections, 3)
})

t.test('stops reading a long answer', async (t) => {
  const peer = await createHttpPeer(t, [(response) => {
    response.writeHead(200)
    const write = () => { while (!response.destroyed && response.write('x'.repeat(10_000))); }
    response.on('drain', write)
    write()
  }, reply(200)])
  const client = clientOf(t, { uri: peer.uri })

  t.match(await client.post('1', 'application/json'), { status: 200, text: 'x'.repeat(512) })
  t.match(await client.post('1', 'application/json'), { status: 200 })
})

t.test('a status that was heard counts, however its body ends', async (t) => {
  const peer = await createHttpPeer(t, [
    (response) => { response.writeHead(200, { 'content-length': '9' }).write('half') },
    (response) => { response.writeHead(202, { 'content-length': '9' }).write('half', () => response.destroy()) }
  ])
  const alarms = createManualTimer()
  const client = clientOf(t, { uri: peer.uri }, { timer: alarms.timer })

  const hanging = client.post('1', 'application/json')
  await alarms.hasSet(2)
  t.same(alarms.delays(), [20_000], 'the time for the body')
  await alarms.fire()

  t.match(await hanging, { status: 200, text: 'half' })
  t.match(await client.post('1', 'application/json'), { status: 202, text: 'half' })
})

t.test('rejects when there is no answer in time', async (t) => {
  const peer = await createHttpPeer(t, [() => {}])
  const alarms = createManualTimer()
  const client = clientOf(t, { uri: peer.uri }, { timer: alarms.timer })

  const result = client.post('1', 'application/json')
  await alarms.fire()

  await t.rejects(result, { message: 'no answer within 20000 ms' })
})

t.test('rejects when nobody listens, the connection breaks, or it is told to stop', async (t) => {
  const stop = new AbortController()
  const peer = await createHttpPeer(t, [
    (response) => response.destroy(),
    () => stop.abort(new Error('stopping'))
  ])
  const client = clientOf(t, { uri: peer.uri })

  await t.rejects(client.post('1', 'application/json'), { code: 'UND_ERR_SOCKET' })
  await t.rejects(client.post('1', 'application/json', stop.signal), { message: 'stopping' })
  await t.rejects(clientOf(t, { uri: 'http://127.0.0.1:1/' }).post('1', 'application/json'), { code: 'ECONNREFUSED' })
})

t.test('closing ends what is on the way; it may come twice', async (t) => {
  const peer = await createHttpPeer(t, [() => { client.close() }])
  const client = clientOf(t, { uri: peer.uri })

  await t.rejects(client.post('1', 'application/json'))

  await client.close()
})

t.test('trusts its own CA, and shows its own certificate', async (t) => {
  const peer = await createHttpPeer(t, [reply(200)], { ...serverTls(), requestCert: true, rejectUnauthorized: true })
  const caFile = tlsFile('ca.pem')
  const own = { certFile: tlsFile('client.pem'), keyFile: tlsFile('client-key.pem') }
  const post = (tls: HttpClientOptions['config']['tls']) => clientOf(t, { uri: peer.uri, tls }).post('1', 'application/json')

  t.match(await post({ caFile, ...own }), { status: 200 })
  t.match(await post({ rejectUnauthorized: false, ...own }), { status: 200 })
  await t.rejects(post({ ...own }), { code: /CERT|VERIFY/ })
  await t.rejects(post({ caFile }))
  t.equal(peer.requests.length, 2)
})

t.test('an address that is none, or of another protocol, is a fault', async (t) => {
  for (const uri of ['siem.example', 'ftp://siem.example/', '']) {
    t.throws(() => createHttpClient('siem', { config: { ...defaults, uri } }), { code: 'TRIPLINE_BAD_CONFIG', message: /outputs\.siem\.uri.*https:\/\/HOST\/PATH/ })
  }
})
