import fastify from 'fastify'
import t from 'tap'

import type { Auth } from '../../src/config.js'
import { createGuard } from '../../src/http/auth.js'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const token: Auth = { bearer: 'tok-1' }
const user: Auth = { basic: { username: 'edge', password: 'p@ss:wörd' } }

const cases: [string, Auth | undefined, string | undefined, number, RegExp?][] = [
  ['without auth everybody passes', undefined, undefined, 200],
  ['the token passes', token, 'Bearer tok-1', 200],
  ['the scheme in any case', token, 'bearer tok-1', 200],
  ['another token does not', token, 'Bearer tok-2', 401, /the credentials are wrong/],
  ['no token does not', token, undefined, 401, /wants a bearer token/],
  ['another scheme does not', token, basic('edge:p'), 401, /the credentials are wrong/],
  ['a token that no shipper filled in is called so', token, 'Bearer ${TRIPLINE_TOKEN}', 401, /literal text \$\{TRIPLINE_TOKEN\}.*SECRET/], // eslint-disable-line no-template-curly-in-string
  ['user and password pass', user, basic('edge:p@ss:wörd'), 200],
  ['another password does not', user, basic('edge:p'), 401, /the credentials are wrong/],
  ['another user does not', user, basic('edg:p@ss:wörd'), 401, /the credentials are wrong/],
  ['no user does not', user, undefined, 401, /wants a user name/],
  ['a password that no shipper filled in is called so', user, basic('edge:${PASS}'), 401, /literal text \$\{PASS\}/], // eslint-disable-line no-template-curly-in-string
  ['a header of one word does not', user, 'Basic', 401, /the credentials are wrong/]
]
for (const [title, auth, authorization, status, message] of cases) {
  t.test(title, async (t) => {
    const app = fastify()
    app.setErrorHandler((error: Error, _request, reply) => reply.code(401).send({ message: error.message }))
    app.get('/', { onRequest: await createGuard(app, auth) }, async () => 'in')

    const response = await app.inject({ url: '/', headers: authorization === undefined ? {} : { authorization } })

    t.equal(response.statusCode, status)
    if (message === undefined) return
    t.match(response.json().message, message)
    t.match(response.headers['www-authenticate'], auth === token ? /^Bearer/ : /^Basic/)
    t.notMatch(response.body, /tok-|p@ss/, 'no credentials are repeated')
  })
}
