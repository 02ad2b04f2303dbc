import { gzipSync } from 'node:zlib'
import { Agent, request } from 'node:http'
import { merge } from './workload.js'

/**
 * Sends as a shipper does: one batch, its answer, the next; on an error or no answer the same again, for ever. Now and
 * then it sends an answered batch once more, alone or two in one body, as after a restart of its own.
 */
export function createShipper ({ url, rng, pause }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const answered = []
  const counts = { batches: 0, tries: 0, repeats: 0, merged: 0, refused: 0, wrongAnswers: [] }
  let stopped = false

  return { counts, ship, stop () { stopped = true }, close: () => agent.destroy() }

  async function ship (batch) {
    for (;;) {
      if (stopped) return
      counts.tries++
      const answer = await send(batch)
      if (answer?.status === 200) {
        counts.batches++
        check(batch, answer.body, { received: batch.records.length, matched: batch.matched, rejected: 0 })
        answered.push({ batch, answer: answer.body })
        if (answered.length > 20) answered.shift()
        break
      }
      if (answer !== undefined && answer.status !== 503) {
        counts.refused++
        counts.wrongAnswers.push({ batch: batch.name, ...answer })
      }
      await sleep(20 + rng() * 30)
    }
    if (rng() < 0.15) await repeat()
    if (pause > 0) await sleep(rng() * pause)
  }

  async function repeat () {
    const one = pick()
    if (rng() < 0.3) {
      const two = pick()
      counts.merged++
      const batch = merge([one.batch, two.batch])
      const answer = await send(batch)
      if (answer?.status === 200) check(batch, answer.body, { matched: batch.matched, alerts: 0 })
    } else {
      counts.repeats++
      const answer = await send(one.batch)
      if (answer?.status === 200) check(one.batch, answer.body, one.answer)
    }
  }

  function pick () {
    return answered[Math.floor(rng() * answered.length)]
  }

  function check ({ name }, body, expected) {
    for (const [key, value] of Object.entries(expected)) {
      if (body[key] !== value) counts.wrongAnswers.push({ batch: name, key, expected: value, found: body[key] })
    }
  }

  /** Gives nothing when there was no whole answer. */
  async function send ({ text, gzip }) {
    const body = gzip ? gzipSync(text) : Buffer.from(text)
    return new Promise((resolve) => {
      const post = request(`${url}/crash`, { method: 'POST', agent, timeout: 10_000, headers: { 'content-length': body.length, ...gzip && { 'content-encoding': 'gzip' } } }, (response) => {
        const chunks = []
        response.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
          try {
            resolve(response.complete ? { status: response.statusCode, body: JSON.parse(Buffer.concat(chunks)) } : undefined)
          } catch {
            resolve(undefined)
          }
        }).on('error', () => resolve(undefined))
      })
      post.on('timeout', () => post.destroy()).on('error', () => resolve(undefined)).on('close', () => resolve(undefined))
      post.end(body)
    })
  }
}

function sleep (time) {
  return new Promise((resolve) => { setTimeout(resolve, time) })
}
