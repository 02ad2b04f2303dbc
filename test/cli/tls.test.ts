import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readTls } from '../../src/cli/tls.js'
import { tlsFile } from '../fixtures/tls-file.js'

const pair = { certFile: tlsFile('server.pem'), keyFile: tlsFile('server-key.pem') }

t.test('without tls there is nothing to read', async (t) => { t.equal(readTls(undefined), undefined) })

t.test('certificate and key are read', async (t) => {
  t.same(readTls(pair), { cert: readFileSync(pair.certFile), key: readFileSync(pair.keyFile) })
})

t.test('with a CA, clients need a certificate of it', async (t) => {
  t.match(readTls({ ...pair, caFile: tlsFile('ca.pem') }), { ca: readFileSync(tlsFile('ca.pem')), requestCert: true, rejectUnauthorized: true })
})

t.test('every file that cannot be read is named', async (t) => {
  const dir = t.testdir({})

  t.throws(() => readTls({ certFile: join(dir, 'a.pem'), keyFile: join(dir, 'k.pem'), caFile: join(dir, 'c.pem') }), {
    name: 'Faults',
    faults: ['a.pem', 'k.pem', 'c.pem'].map((name) => ({ place: { file: join(dir, name) }, reason: /^cannot be read for `tls`: ENOENT/ }))
  })
})

t.test('a key that does not fit is a fault', async (t) => {
  t.throws(() => readTls({ ...pair, keyFile: tlsFile('client-key.pem') }), {
    name: 'Faults',
    message: /server.pem cannot be used with .*client-key.pem: .*mismatch; both must be PEM, and belong together/
  })
})
