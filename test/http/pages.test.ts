import fastify from 'fastify'
import t from 'tap'

import type { AlertRecord } from '../../src/core/alert.js'
import { denialOf, deny } from '../../src/http/answer.js'
import { pages } from '../../src/http/pages.js'

const rule = {
  id: 'r1', name: 'Rule one', type: 'threshold', groupBy: ['host.id'], threshold: 15, cardinality: undefined, window: 540_000, interval: 300_000, maxSignals: 100, hash: 'h', source: { severity: 'high', query: '*' }
}
const pipeline = {
  detector: {
    rules: [rule],
    groups: (ruleId: string, limit: number) => [{ terms: { 'host.id': 'a' }, count: 3, threshold: 15, last_seen: `${ruleId} ${limit}` }]
  },
  latest: (count: number) => [{ message: `of ${count}` } as AlertRecord],
  ready: () => ({ ready: true, reasons: ['output siem: 401'] })
}

const cases: [string, number, object][] = [
  ['/', 200, { name: 'tripline' }],
  ['/health', 200, { status: 'up' }],
  ['/ready', 200, { ready: true, reasons: ['output siem: 401'] }],
  ['/rules', 200, { rules: [{ id: 'r1', name: 'Rule one', type: 'threshold', severity: 'high', group_by: ['host.id'], threshold: 15, window_ms: 540_000, interval_ms: 300_000, max_signals: 100, hash: 'h' }] }],
  ['/alerts', 200, { alerts: [{ message: 'of 100' }] }],
  ['/groups?rule=r1', 200, { rule: 'r1', groups: [{ terms: { 'host.id': 'a' }, count: 3, threshold: 15, last_seen: 'r1 100' }] }],
  ['/groups', 404, { code: 'TRIPLINE_NOT_FOUND', error: 'Not Found', message: 'name a rule: /groups?rule=ID with one of r1' }],
  ['/groups?rule=r2', 404, { code: 'TRIPLINE_NOT_FOUND' }],
  ['/elsewhere', 404, { code: 'TRIPLINE_NOT_FOUND', message: /\/health.*POST/ }]
]
for (const [url, status, body] of cases) {
  t.test(`GET ${url} answers ${status}`, async (t) => {
    const response = await app(pipeline).inject(url)

    t.equal(response.statusCode, status)
    t.match(response.json(), body)
  })
}

t.test('GET /ready answers 503 with the reasons', async (t) => {
  const response = await app({ ...pipeline, ready: () => ({ ready: false, reasons: ['stopping'] }) }).inject('/ready')

  t.equal(response.statusCode, 503)
  t.same(response.json(), { ready: false, reasons: ['stopping'] })
})

t.test('only /health and /ready are shown to everybody', async (t) => {
  t.same(Object.keys(pages).filter((url) => pages[url]?.open), ['/health', '/ready'])
})

function app (pipeline: object) {
  const app = fastify()
  app.setErrorHandler((error, _request, reply) => deny(reply, denialOf(error)))
  for (const [url, { show }] of Object.entries(pages)) {
    app.get(url, async (request, reply) => show({ pipeline: pipeline as Parameters<typeof show>[0]['pipeline'], query: request.query as Record<string, unknown>, reply }))
  }
  return app
}
