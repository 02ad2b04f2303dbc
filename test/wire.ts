import { readFileSync } from 'node:fs'

/** A raw HTTP/1.1 request as a shipper sends it. */
export interface WireRequest {
  method: string
  /** With its query. */
  path: string
  /** As sent: names in their case, doubles kept. */
  headers: [string, string][]
  body: Buffer
}

/** Reads `test/fixtures/wire/NAME.http`, as in `fluent-bit/json-gzip`. */
export function readRequest (name: string): WireRequest {
  const raw = readFileSync(new URL(`fixtures/wire/${name}.http`, import.meta.url))
  const end = raw.indexOf('\r\n\r\n')
  const [requestLine = '', ...lines] = raw.toString('latin1', 0, end).split('\r\n')
  const [method = '', path = ''] = requestLine.split(' ')
  return { method, path, headers: lines.map(readHeader), body: raw.subarray(end + 4) }
}

/** The first value of a header, whatever the case of its name; undefined if it was not sent. */
export function headerOf ({ headers }: WireRequest, name: string): string | undefined {
  return headers.find(([sent]) => sent.toLowerCase() === name.toLowerCase())?.[1]
}

function readHeader (line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1).trim()]
}
