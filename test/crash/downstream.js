import { createServer } from 'node:http'

/**
 * Takes alert records, and fails as a real one does: 503, reset before it read, slow, and, worst of all, reset after it
 * took everything. Keeps records by id, and counts what must not be: another content under a known id, and a record
 * of an alert before its predecessor.
 */
export function createDownstream ({ rng = Math.random } = {}) {
  const records = new Map()
  const events = new Map()
  const sequences = new Map()
  const counts = { requests: 0, failed: 0, twice: 0, conflicts: 0, disorder: 0 }
  let calm = true
  let last = Date.now()
  let port = 0
  let server

  return {
    records,
    events,
    counts,
    get uri () { return `http://127.0.0.1:${port}` },
    /** Milliseconds since the last request. */
    get quiet () { return Date.now() - last },
    /** Whether every request is answered with 200. */
    calm (value) { calm = value },
    async start () {
      server = createServer(answer)
      await new Promise((resolve) => { server.listen(port, '127.0.0.1', resolve) })
      port = server.address().port
    },
    async stop () {
      server.closeAllConnections()
      await new Promise((resolve) => { server.close(resolve) })
    }
  }

  async function answer (request, response) {
    counts.requests++
    last = Date.now()
    const luck = calm ? 1 : rng()
    if (luck < 0.4) counts.failed++
    if (luck < 0.1) return request.socket.resetAndDestroy()
    const chunks = []
    try {
      for await (const chunk of request) chunks.push(chunk)
    } catch {
      return
    }
    if (luck < 0.2) return response.writeHead(503, luck < 0.15 ? { 'retry-after': '0' } : {}).end('busy')
    const taken = JSON.parse(Buffer.concat(chunks))
    if (request.url === '/events') keepEvents(taken)
    else for (const record of taken) keep(record)
    if (luck < 0.3) return request.socket.resetAndDestroy()
    if (luck < 0.4) return response.writeHead(500).end('taken, but who knows')
    if (luck < 0.5) await new Promise((resolve) => { setTimeout(resolve, rng() * 300) })
    response.writeHead(200).end()
  }

  function keep (record) {
    const { record_id: id, sequence } = record.tripline
    const text = JSON.stringify(record)
    const known = records.get(id)
    if (known !== undefined) {
      counts.twice++
      if (known.text !== text) counts.conflicts++
      return
    }
    records.set(id, { text, record })
    const uuid = record['kibana.alert.uuid']
    if (sequence !== (sequences.get(uuid) ?? 0) + 1) counts.disorder++
    sequences.set(uuid, sequence)
  }

  function keepEvents (taken) {
    for (const { tripline, ...record } of taken) {
      const text = JSON.stringify(record)
      events.set(text, (events.get(text) ?? 0) + 1)
    }
  }
}
