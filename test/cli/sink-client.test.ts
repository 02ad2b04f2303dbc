import t from 'tap'
import { createSinkClient } from '../../src/cli/sink-client.js'
import { createHttpPeer, reply } from '../fixtures/http-peer.js'
import { serverTls, tlsFile } from '../fixtures/tls-file.js'

t.test('posts a record as its shipper did, with the credentials of the config', async (t) => {
  const peer = await createHttpPeer(t, [reply(200, {}, '{"received":1}'), reply(400, {}, 'no')])
  const basic = createSinkClient({ listen: { host: '0.0.0.0', port: peer.port }, auth: { basic: { username: 'me', password: 'secret' } } })
  const bearer = createSinkClient({ listen: { host: '127.0.0.1', port: peer.port }, auth: { bearer: 'token' } })
  t.teardown(async () => { await Promise.all([basic.close(), bearer.close()]) })

  t.same(await basic.post(Buffer.from('{"a":1}'), { tag: 'win log/日', shipper: 'Fluent-Bit' }), { status: 200, text: '{"received":1}' })
  t.same(await bearer.post(Buffer.from([0xff]), { shipper: 'odd\u00e9' }), { status: 400, text: 'no' })

  t.equal(basic.address, `http://127.0.0.1:${peer.port}`)
  t.match(peer.requests, [
    { method: 'POST', url: '/win%20log/%E6%97%A5', headers: { 'user-agent': 'Fluent-Bit', authorization: `Basic ${Buffer.from('me:secret').toString('base64')}` } },
    { url: '/', headers: { 'user-agent': 'Tripline', authorization: 'Bearer token' } }
  ])
  t.same(peer.requests.map(({ body }) => body), [Buffer.from('{"a":1}'), Buffer.from([0xff])])
})

t.test('addresses that stand for all, and those of IPv6, are written so that they can be reached', async (t) => {
  const address = (host: string) => createSinkClient({ listen: { host, port: 9881 } }).address

  t.equal(address('::'), 'http://[::1]:9881')
  t.equal(address('fe80::1'), 'http://[fe80::1]:9881')
  t.equal(address('localhost'), 'http://localhost:9881')
})

t.test('over TLS the sink is known by its own certificate, and another is not believed', async (t) => {
  const peer = await createHttpPeer(t, [reply(200, {}, '{}')], { ...serverTls() })
  const listen = { host: '127.0.0.1', port: peer.port }
  const client = createSinkClient({ listen, tls: { certFile: tlsFile('server.pem'), keyFile: tlsFile('server-key.pem') } })
  const stranger = createSinkClient({ listen, tls: { certFile: tlsFile('client.pem'), keyFile: tlsFile('client-key.pem') } })
  t.teardown(async () => { await Promise.all([client.close(), stranger.close()]) })

  t.match(await client.post(Buffer.from('{}'), {}), { status: 200 })
  await t.rejects(stranger.post(Buffer.from('{}'), {}), { message: /certificate/ })

  t.equal(client.address, `https://127.0.0.1:${peer.port}`)
})

t.test('nobody there is told', async (t) => {
  const client = createSinkClient({ listen: { host: '127.0.0.1', port: 1 } })
  t.teardown(() => client.close())

  await t.rejects(client.post(Buffer.from('{}'), {}), { code: 'ECONNREFUSED' })
})
