import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { isCertificateFault, readTlsFiles } from '../../src/outputs/tls-files.js'
import { tlsFile } from '../fixtures/tls-file.js'

t.test('reads what is named, and asks for a valid certificate of the server', async (t) => {
  t.same(readTlsFiles('siem'), { rejectUnauthorized: true })
  t.same(readTlsFiles('siem', { rejectUnauthorized: false }), { rejectUnauthorized: false })
  t.same(readTlsFiles('siem', { caFile: tlsFile('ca.pem'), certFile: tlsFile('client.pem'), keyFile: tlsFile('client-key.pem') }), {
    ca: readFileSync(tlsFile('ca.pem')),
    cert: readFileSync(tlsFile('client.pem')),
    key: readFileSync(tlsFile('client-key.pem')),
    rejectUnauthorized: true
  })
})

t.test('a file that is not there or no PEM is a fault that names it and its output', async (t) => {
  t.throws(() => readTlsFiles('siem', { caFile: 'nowhere.pem' }), { code: 'TRIPLINE_CANNOT_OPEN_OUTPUT', message: /nowhere\.pem .*siem.*ENOENT/ })
  const own = fileURLToPath(new URL('../fixtures/alert-record.ts', import.meta.url))
  t.throws(() => readTlsFiles('siem', { keyFile: own }), { code: 'TRIPLINE_CANNOT_OPEN_OUTPUT', message: /alert-record\.ts .*no PEM.*siem/ })
})

t.test('tells a certificate that is not trusted from other failures', async (t) => {
  const cases = { SELF_SIGNED_CERT_IN_CHAIN: true, UNABLE_TO_VERIFY_LEAF_SIGNATURE: true, ERR_TLS_CERT_ALTNAME_INVALID: true, CERT_HAS_EXPIRED: true, ECONNREFUSED: false }
  for (const [code, fault] of Object.entries(cases)) t.equal(isCertificateFault(Object.assign(new Error(code), { code })), fault, code)
  t.equal(isCertificateFault(new Error('none')), false)
})
