import { STATUS_CODES } from 'node:http'

import type { FastifyReply } from 'fastify'

import { Refusal, type Code } from '../errors.js'

/** An answer that takes nothing: `{"code","error","message"}`, DESIGN section 2.3. */
export interface Denial {
  status: number
  code: string
  message: string
  /** Seconds. */
  retryAfter?: number
  /** False when nobody foresaw it: it belongs in the log. */
  expected: boolean
}

/**
 * What to answer to an error of any kind. Never a 500: shippers would send the same batch for ever for something that
 * is not the content's fault as well. What nobody foresaw is 503, an error of the host's hooks keeps its own status.
 */
export function denialOf (error: unknown): Denial {
  if (error instanceof Refusal) {
    const { status, code, message, retryAfter } = error
    return { status, code, message, retryAfter, expected: true }
  }
  const { statusCode, code, message } = (error ?? {}) as { statusCode?: unknown, code?: unknown, message?: unknown }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return { status: statusCode, code: typeof code === 'string' ? code : `HTTP_${statusCode}`, message: String(message), expected: true }
  }
  const unforeseen: Code = 'TRIPLINE_STATE_UNAVAILABLE'
  return { status: 503, code: unforeseen, message: 'an unexpected error, see the log: send the batch again', retryAfter: 5, expected: false }
}

/** Sends an answer that takes nothing. The connection is closed after it: the client may still be sending. */
export function deny (reply: FastifyReply, { status, code, message, retryAfter }: Denial): FastifyReply {
  reply.code(status).header('connection', 'close')
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  return reply.type('application/json').send(denialText({ code: code.slice(0, 64), error: STATUS_CODES[status] ?? 'Error', message }))
}

// Fluent Bit logs the whole answer and takes 4096 bytes for a failure. Status line and headers need about 250 of the 1024.
const maxBytes = 640

function denialText ({ code, error, message }: { code: string, error: string, message: string }): string {
  let kept = message.slice(0, maxBytes)
  for (;;) {
    const text = JSON.stringify({ code, error, message: kept })
    if (Buffer.byteLength(text) <= maxBytes) return text
    kept = kept.slice(0, Math.floor(kept.length * 0.8) - 1) + '…'
  }
}
