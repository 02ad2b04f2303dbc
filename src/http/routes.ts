import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import type { Config } from '../config.js'
import { Body } from '../ingest/body.js'
import type { Hold } from '../pipeline/in-flight.js'
import type { Pipeline, Taken } from '../pipeline.js'
import { denialOf, deny } from './answer.js'
import { createGuard } from './auth.js'
import { Aborted, drain, readBody } from './body.js'
import { pages } from './pages.js'

export interface RouteOptions {
  pipeline: Pipeline
  config: Pick<Config, 'auth' | 'limits'>
  /** Whether nobody but Tripline reads the requests of this server: no hook of a host, which might keep what it has seen. */
  isAlone?: boolean
  /** Milliseconds that a client has for its whole body, */
  readTimeout?: number
  /** and how long an unread rest is read on before an error is answered. */
  drainTimeout?: number
}

/** The plugin inside the plugin: every row of both tables of DESIGN section 2.3, with parsers and errors of its own. */
export async function routes (app: FastifyInstance, { pipeline, config, isAlone = false, readTimeout = 300_000, drainTimeout = 10_000 }: RouteOptions): Promise<void> {
  const { auth, limits: { maxBody } } = config
  const guard = await createGuard(app, auth)
  const holds = new WeakMap<FastifyRequest, Hold>()

  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', readIncoming)
  app.addHook('preParsing', async (request, reply, payload) => {
    // Fastify answers 415 to a Content-Type that it cannot read. Here the bytes decide, so it never sees one.
    request.headers = { ...request.headers, 'content-type': undefined }
    // A request's own `close` comes with the end of its body; the bytes are held until the answer.
    const hold = pipeline.inFlight.hold()
    reply.raw.once('close', hold.release)
    holds.set(request, hold)
    return payload
  })
  app.setErrorHandler(answerError)

  for (const url of ['/', '/*']) {
    app.route({ method: ['POST', 'PUT'], url, onRequest: guard, handler: takeBatch })
  }
  for (const [url, { open, show }] of Object.entries(pages)) {
    app.route({
      method: ['GET', 'HEAD'],
      url,
      onRequest: open ? [] : guard,
      handler: async (request, reply) => show({ pipeline, query: request.query as Record<string, unknown>, reply })
    })
  }

  async function readIncoming (request: FastifyRequest, payload: FastifyRequest['raw']): Promise<Body> {
    return readBody(payload, { maxBody, hold: holds.get(request) as Hold, timeout: readTimeout })
  }

  async function takeBatch (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { headers } = request.raw
    const taken = await pipeline.take({
      body: request.body as Body | undefined ?? new Body([]),
      isOwn: isAlone,
      contentType: headers['content-type'],
      // Not of the raw request: a hook of the host may have inflated the body, and says so here.
      contentEncoding: request.headers['content-encoding'],
      tag: tagOf(request),
      address: request.ip,
      userAgent: headers['user-agent']
    })
    return answerTaken(request, reply, taken)
  }

  async function answerError (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (error instanceof Aborted) {
      request.log.debug({ reason: error.message }, 'request aborted')
      request.raw.destroy()
      return reply.hijack()
    }
    const denial = denialOf(error)
    if (!denial.expected) request.log.error({ err: error }, 'unexpected error')
    else if (denial.status !== 404) request.log[told.has(denial.code) ? 'debug' : 'warn']({ code: denial.code, reason: denial.message }, 'batch not taken')
    await drain(request.raw, { bytes: 2 * maxBody, signal: AbortSignal.timeout(drainTimeout) })
    return deny(reply, denial)
  }
}

/** What the log says once, when it begins, and not again for each batch that comes back meanwhile. */
const told = new Set(['TRIPLINE_STATE_UNAVAILABLE'])

function answerTaken (request: FastifyRequest, reply: FastifyReply, { records, ...counts }: Taken): FastifyReply {
  reply.type('application/json')
  if (!wantsRecords(request.headers.prefer)) return reply.send(JSON.stringify(counts))
  return reply.header('preference-applied', 'return=representation').send(JSON.stringify({ ...counts, records }))
}

function wantsRecords (prefer: string | string[] | undefined): boolean {
  return prefer !== undefined && /(?:^|[,;])\s*return\s*=\s*"?representation"?\s*(?:$|[,;])/i.test(String(prefer))
}

/** Fluent Bit's `header_tag` lets the operator choose the name: these are the usual ones. */
const tagHeaders = ['x-fluent-tag', 'fluent-tag', 'x-tag', 'tag']
const maxTag = 256

function tagOf (request: FastifyRequest): string | undefined {
  const header = tagHeaders.map((name) => request.raw.headers[name]).find((value) => typeof value === 'string' && value !== '')
  const tag = header ?? (request.params as { '*'?: string })['*']
  return tag === undefined || tag === '' ? undefined : String(tag).slice(0, maxTag)
}
