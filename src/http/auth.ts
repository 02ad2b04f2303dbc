import { createHash, timingSafeEqual } from 'node:crypto'

import basicAuth from '@fastify/basic-auth'
import bearerAuth from '@fastify/bearer-auth'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import type { Auth } from '../config.js'
import { Refusal } from '../errors.js'

/** Resolves when the request may pass, else rejects with a 401 `Refusal` that says what is missing. */
export type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

/** The check of a request's credentials; without `auth` everything passes. */
export async function createGuard (app: FastifyInstance, auth: Auth | undefined): Promise<Guard> {
  if (auth === undefined) return async () => {}
  return 'bearer' in auth ? bearerGuard(app, auth.bearer) : basicGuard(app, auth.basic)
}

async function bearerGuard (app: FastifyInstance, token: string): Promise<Guard> {
  await app.register(bearerAuth, { addHook: false, keys: new Set([token]), specCompliance: 'rfc6749', verifyErrorLogLevel: 'debug' })
  const verify = app.verifyBearerAuth as NonNullable<typeof app.verifyBearerAuth>
  return (request, reply) => new Promise((resolve, reject) => {
    verify(request, reply, (error) => {
      if (error === undefined) return resolve()
      reply.header('www-authenticate', 'Bearer realm="tripline"')
      reject(unauthorized(request, 'a bearer token: `Authorization: Bearer TOKEN`'))
    })
  })
}

async function basicGuard (app: FastifyInstance, wanted: { username: string, password: string }): Promise<Guard> {
  await app.register(basicAuth, {
    validate (username, password, _request, _reply, done) {
      // Both are compared, whatever the first says: the time tells nothing.
      const same = [equal(username, wanted.username), equal(password, wanted.password)]
      done(same.includes(false) ? new Error('wrong credentials') : undefined)
    }
  })
  const verify = app.basicAuth as (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void
  return (request, reply) => new Promise((resolve, reject) => {
    verify(request, reply, (error) => {
      if (error === undefined) return resolve()
      reply.header('www-authenticate', 'Basic realm="tripline", charset="UTF-8"')
      reject(unauthorized(request, 'a user name and a password: `Authorization: Basic ...`'))
    })
  })
}

function unauthorized (request: FastifyRequest, wanted: string): Refusal {
  const given = request.headers.authorization
  if (given === undefined) return refuse(`this address wants ${wanted}`)
  const literal = literalVariable(given)
  // Vector reads `${NAME}` in its config as plain text since 0.57, and Fluent Bit does so when the variable is not set.
  if (literal !== undefined) return refuse(`the credentials are the literal text ${literal}: the shipper did not replace its variable; in Vector 0.57 or newer use SECRET[backend.name] or --dangerously-allow-env-var-interpolation`)
  return refuse(`the credentials are wrong; this address wants ${wanted}`)
}

function refuse (message: string): Refusal {
  return new Refusal(401, 'TRIPLINE_UNAUTHORIZED', message)
}

/** The `${NAME}` that stands where credentials should, if one does; a name only, so that no secret is repeated. */
function literalVariable (authorization: string): string | undefined {
  const [scheme, rest = ''] = authorization.split(' ', 2)
  const text = scheme?.toLowerCase() === 'basic' ? Buffer.from(rest, 'base64').toString() : rest
  return /\$\{\w{1,64}\}/.exec(text)?.[0]
}

function equal (a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

function digest (text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
