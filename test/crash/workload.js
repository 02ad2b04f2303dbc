/**
 * The events of a crash run. Everything follows from the seed, the sender and the batch's number, so that a second run
 * sends the same again. Each host's events come from one sender, or are exactly as many as the threshold: whatever the
 * order in which senders get through, each burst is one alert with one id and one total.
 */

export const senders = 4

/** A window of 30 minutes, so that no alert closes for silence while a run lasts. */
export const rules = [
  rule('crash-threshold', { type: 'threshold', query: 'process.name:nslookup.exe', threshold: '[rule.threshold]\nfield = ["host.id"]\nvalue = 5' }),
  rule('crash-names', { type: 'threshold', query: 'process.name:dig.exe', threshold: '[rule.threshold]\nfield = ["host.id"]\nvalue = 5\n[[rule.threshold.cardinality]]\nfield = "dns.question.name"\nvalue = 3' }),
  rule('crash-query', { type: 'query', query: 'process.name:whoami.exe', threshold: '' })
]

/** A generator of numbers from 0 to 1 (mulberry32). */
export function random (seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6D2B79F5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The batches of one sender, in the order in which it sends them. `take(i)` gives the i-th; each i has to be asked for once, in order. */
export function createBatches (seed, sender) {
  const rng = random(seed * 31 + sender)
  const bursts = createBursts(rng, sender)
  const ahead = []
  let made = 0
  return {
    take () {
      if (ahead.length === 0) {
        ahead.push(make(), make())
        // The later one of two goes first now and then, as it does behind a chunk that failed.
        if (rng() < 0.2) ahead.reverse()
      }
      return ahead.shift()
    }
  }

  function make () {
    const number = made++
    const records = []
    for (let i = between(rng, 1, 5); i > 0; i--) records.push(bursts.next())
    if (number % 4 === 0) records.push(...shared(number / 4, sender))
    if (rng() < 0.3) records.push(event(rng, { host: `single-${sender}`, name: 'whoami.exe', time: start + number * minute, key: `single-${sender}-${number}` }))
    const matched = records.length
    for (let i = between(rng, 3, 15); i > 0; i--) records.push(event(rng, { host: `idle-${sender}`, name: 'svchost.exe', time: start + number * minute, key: `idle-${sender}-${number}-${i}` }))
    return encode(shuffled(rng, records), { matched, format: Math.floor(rng() * 3), name: `${sender}/${number}` })
  }
}

/** One event long after all others of each host that may have an open alert: it closes it, with its totals. */
export function lastBatches (batches) {
  const rng = random(1)
  const hosts = []
  for (let sender = 0; sender < senders; sender++) for (let i = 0; i < ownHosts; i++) hosts.push(`own-${sender}-${i}`)
  for (let j = 0; j * 4 < batches; j++) hosts.push(`shared-${j}`)
  const found = []
  for (let i = 0; i < hosts.length; i += 200) {
    const records = hosts.slice(i, i + 200).flatMap((host) => ['nslookup.exe', 'dig.exe'].map((name) => event(rng, { host, name, time: end, key: `last-${host}-${name}` })))
    found.push(encode(records, { matched: records.length, format: 0, name: `last/${i}` }))
  }
  return found
}

/** Batches in one body, in the order given. */
export function merge (batches) {
  return encode(batches.flatMap(({ records }) => records), {
    matched: batches.reduce((sum, { matched }) => sum + matched, 0), format: 0, name: batches.map(({ name }) => name).join('+')
  })
}

const minute = 60_000
const start = Date.UTC(2020, 0, 1)
const end = Date.UTC(2024, 0, 1)
const ownHosts = 4
const threshold = 5

/** Bursts of one host after the other, each more than a window after the host's last. */
function createBursts (rng, sender) {
  let burst = -1
  let left = []
  return {
    next () {
      if (left.length === 0) left = make(++burst)
      return left.shift()
    }
  }

  function make (number) {
    const host = `own-${sender}-${number % ownHosts}`
    const name = number % 3 === 2 ? 'dig.exe' : 'nslookup.exe'
    const first = start + number * 45 * minute
    return Array.from({ length: between(rng, threshold, 3 * threshold) }, (_, i) => event(rng, {
      host, name, time: first + i * 20_000 + Math.floor(rng() * 15_000), key: `own-${sender}-${number}-${i}`, question: `n${i % 4}.example.net`
    }))
  }
}

/** This sender's part of a burst that all senders make together. */
function shared (number, sender) {
  const rng = random(number)
  const all = Array.from({ length: threshold }, (_, i) => event(rng, { host: `shared-${number}`, name: 'nslookup.exe', time: start + number * minute + i * 1000, key: `shared-${number}-${i}` }))
  return all.filter((_, i) => (number + i) % senders === sender)
}

/** Half of them with an id, the others with nothing but a time and their bytes. */
function event (rng, { host, name, time, key, question }) {
  return {
    '@timestamp': new Date(time).toISOString(),
    host: { id: host },
    ...rng() < 0.5 && { event: { id: key, provider: 'crash' } },
    process: { name, pid: Math.floor(rng() * 1e5), command_line: `${name} -q=TXT ${key}.example.net` },
    user: { name: `user${Math.floor(rng() * 3)}` },
    ...question !== undefined && { dns: { question: { name: question } } }
  }
}

function encode (records, { matched, format, name }) {
  const text = format === 1 ? records.map((record) => `${JSON.stringify(record)}\n`).join('') : JSON.stringify(records)
  return { name, records, matched, gzip: format === 2, text }
}

function between (rng, least, most) {
  return least + Math.floor(rng() * (most - least + 1))
}

/** Matching events keep their order: of one host it decides which of them open the alert. */
function shuffled (rng, records) {
  const [idle, others] = [[], []]
  for (const record of records) (record.process.name === 'svchost.exe' ? idle : others).push(record)
  const mixed = []
  while (idle.length + others.length > 0) mixed.push((rng() * (idle.length + others.length) < idle.length ? idle : others).shift())
  return mixed
}

function rule (id, { type, query, threshold }) {
  return `[rule]
rule_id = "${id}"
name = "${id}"
description = "A rule of the crash run."
type = "${type}"
language = "kuery"
query = '${query}'
from = "now-30m"
interval = "5s"
severity = "low"
risk_score = 21
max_signals = 10000
${threshold}
`
}
