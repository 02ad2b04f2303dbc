import type { FastifyReply } from 'fastify'

import type { Rule } from '../core/rule.js'
import { Refusal } from '../errors.js'
import type { Pipeline } from '../pipeline.js'

export interface Page {
  /** Whether it is shown without credentials. */
  open: boolean
  show (context: PageContext): FastifyReply
}

interface PageContext {
  pipeline: Pick<Pipeline, 'detector' | 'latest' | 'ready'>
  query: Record<string, unknown>
  reply: FastifyReply
}

const maxAlerts = 100
const maxGroups = 100

/** What `GET` and `HEAD` show, by address; the last one stands for every other address. */
export const pages: Record<string, Page> = {
  // Vector's health check wants exactly 200 here.
  '/': { open: false, show: ({ reply }) => send(reply, { name: 'tripline' }) },
  // Probes of an orchestrator cannot take a token from a secret.
  '/health': { open: true, show: ({ reply }) => send(reply, { status: 'up' }) },
  '/ready': { open: true, show: showReady },
  '/rules': { open: false, show: ({ pipeline, reply }) => send(reply, { rules: pipeline.detector.rules.map(summary) }) },
  '/alerts': { open: false, show: ({ pipeline, reply }) => send(reply, { alerts: pipeline.latest(maxAlerts) }) },
  '/groups': { open: false, show: showGroups },
  '/*': { open: false, show: showNothing }
}

function showReady ({ pipeline, reply }: PageContext): FastifyReply {
  const { ready, reasons } = pipeline.ready()
  return send(reply.code(ready ? 200 : 503), { ready, reasons })
}

function showGroups ({ pipeline: { detector }, query, reply }: PageContext): FastifyReply {
  const rule = detector.rules.find(({ id }) => id === query.rule)
  if (rule === undefined) {
    throw new Refusal(404, 'TRIPLINE_NOT_FOUND', `name a rule: /groups?rule=ID with one of ${detector.rules.map(({ id }) => id).join(', ')}`)
  }
  return send(reply, { rule: rule.id, groups: detector.groups(rule.id, maxGroups) })
}

function showNothing (): never {
  throw new Refusal(404, 'TRIPLINE_NOT_FOUND', 'nothing is here; there is /, /health, /ready, /rules, /alerts and /groups, and POST takes a batch anywhere')
}

function summary ({ id, name, type, groupBy, threshold, cardinality, window, interval, maxSignals, hash, source }: Rule): object {
  return {
    id,
    name,
    type,
    severity: source.severity,
    group_by: groupBy,
    threshold,
    cardinality,
    window_ms: window,
    interval_ms: interval,
    max_signals: maxSignals,
    hash
  }
}

function send (reply: FastifyReply, body: object): FastifyReply {
  return reply.type('application/json').send(JSON.stringify(body))
}
