import fastify from 'fastify'
import t from 'tap'

import { Refusal } from '../../src/errors.js'
import { denialOf, deny } from '../../src/http/answer.js'

t.test('an error becomes an answer', async (t) => {
  const cases: [string, unknown, object][] = [
    ['a refusal says it itself', new Refusal(413, 'TRIPLINE_BODY_TOO_LARGE', 'too large'),
      { status: 413, code: 'TRIPLINE_BODY_TOO_LARGE', message: 'too large', expected: true }],
    ['a refusal to be sent again', new Refusal(503, 'TRIPLINE_BUSY', 'busy', 7), { status: 503, retryAfter: 7, expected: true }],
    ['an error of the host keeps its status', Object.assign(new Error('slow down'), { statusCode: 429, code: 'FST_LIMIT' }),
      { status: 429, code: 'FST_LIMIT', message: 'slow down', expected: true }],
    ['one without a code', Object.assign(new Error('no'), { statusCode: 403 }), { status: 403, code: 'HTTP_403', expected: true }],
    ['a 500 of the host is to be sent again', Object.assign(new Error('no'), { statusCode: 500 }), { status: 503, expected: false }],
    ['what nobody foresaw is to be sent again', new TypeError('x is undefined'), { status: 503, retryAfter: 5, expected: false }],
    ['nothing at all', undefined, { status: 503, expected: false }]
  ]
  for (const [title, error, denial] of cases) {
    t.test(title, async (t) => { t.match(denialOf(error), denial) })
  }
})

t.test('an unforeseen error shows nothing of its text', async (t) => {
  t.notMatch(denialOf(new Error('password=secret')).message, /secret/)
})

t.test('the answer names code, error and message, and closes the connection', async (t) => {
  const response = await answer(new Refusal(503, 'TRIPLINE_BUSY', 'too many bytes', 3))

  t.equal(response.statusCode, 503)
  t.same(response.json(), { code: 'TRIPLINE_BUSY', error: 'Service Unavailable', message: 'too many bytes' })
  t.match(response.headers, { connection: 'close', 'retry-after': '3', 'content-type': /^application\/json/ })
})

t.test('the whole answer stays under 1 KiB, whatever the message holds', async (t) => {
  for (const message of ['x'.repeat(100_000), 'ä'.repeat(5000), '\u0000'.repeat(5000), '"\\'.repeat(5000), '😀'.repeat(2000), '\ud800'.repeat(5000)]) {
    const response = await answer(new Refusal(400, 'TRIPLINE_UNREADABLE_BODY', message))

    t.ok(sizeOf(response) < 1024, `${sizeOf(response)} bytes`)
    t.ok(response.json().message.length > 50, 'with the start of the message')
  }
})

t.test('a status and a code that nobody knows still make an answer', async (t) => {
  const response = await answer(Object.assign(new Error('teapot'), { statusCode: 499, code: 'C'.repeat(1000) }))

  t.equal(response.json().error, 'Error')
  t.ok(sizeOf(response) < 1024)
})

async function answer (error: unknown) {
  const app = fastify()
  app.get('/', (_request, reply) => deny(reply, denialOf(error)))
  return app.inject('/')
}

/** Status line, headers and body as they stand on the wire. */
function sizeOf ({ statusCode, statusMessage, headers, body }: Awaited<ReturnType<typeof answer>>): number {
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', '']
  return Buffer.byteLength(lines.join('\r\n')) + Buffer.byteLength(body)
}
