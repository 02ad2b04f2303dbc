import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { Refusal } from '../errors.js'
import { Body } from './body.js'
import { inflateSnappy } from './snappy.js'
import { inflateZstd } from './zstd.js'

export interface InflateOptions {
  /** In bytes, of what comes out at each step. */
  maxBody: number
}

/**
 * Undoes a Content-Encoding: gzip, deflate, zstd, snappy (raw block), several in a row. The bytes have the last
 * word: a compressed body is inflated whatever the header says, and plain JSON is taken as it is.
 *
 * Stops as soon as more than `maxBody` bytes come out. Rejects with `Refusal`: 400 broken or cut off, 413 too large, 415 unknown.
 */
export async function inflate (body: Buffer, encoding: string | undefined, { maxBody }: InflateOptions): Promise<Buffer> {
  for (const name of readEncodings(encoding).reverse()) {
    body = await undo(findCoding(body) ?? name, body, maxBody)
  }
  const coding = findCoding(body)
  if (coding !== undefined) body = await undo(coding, body, maxBody)
  if (body.length > maxBody) throw tooLarge(maxBody)
  return body
}

/** The same of a body in parts: they stay as they are if nothing says that they are compressed. `inTurn` waits until there is room to inflate. */
export async function inflateBody (body: Body, encoding: string | undefined, { maxBody, inTurn }: InflateOptions & { inTurn: (inflate: () => Promise<Buffer>) => Promise<Buffer> }): Promise<Body> {
  if (readEncodings(encoding).length > 0 || findCoding(body.slice(0, 4)) !== undefined) {
    return new Body([await inTurn(() => inflate(body.whole(), encoding, { maxBody }))])
  }
  if (body.length > maxBody) throw tooLarge(maxBody)
  return body
}

type Coding = 'gzip' | 'deflate' | 'zstd' | 'snappy'

const codings: Record<Coding, (body: Buffer, maxBody: number) => Promise<Buffer> | Buffer> = {
  gzip: (body, maxBody) => gunzip(body, limits(body, maxBody)),
  deflate: inflateDeflate,
  zstd: (body, maxBody) => inflateZstd(body, { maxBody }),
  snappy: inflateSnappy
}

const names = new Map<string, Coding>([['gzip', 'gzip'], ['x-gzip', 'gzip'], ['deflate', 'deflate'], ['zstd', 'zstd'], ['snappy', 'snappy']])

/** Nobody compresses more often than this, but a header of a thousand codings would cost a thousand passes. */
const maxCodings = 4

function readEncodings (encoding = ''): Coding[] {
  const listed = encoding.toLowerCase().split(',').map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity')
  return listed.map((name, i) => {
    const coding = names.get(name)
    if (coding === undefined || i >= maxCodings) {
      throw new Refusal(415, 'TRIPLINE_UNSUPPORTED_ENCODING', `the Content-Encoding "${encoding.slice(0, 100)}" is not supported: send gzip, deflate, zstd, snappy or none`)
    }
    return coding
  })
}

/** What the first bytes say: no JSON, text or MessagePack record starts so. */
function findCoding (body: Buffer): Coding | undefined {
  if (body.length < 4) return undefined
  if (body[0] === 0x1f && body[1] === 0x8b && body[2] === 0x08) return 'gzip'
  return body.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : undefined
}

async function undo (coding: Coding, body: Buffer, maxBody: number): Promise<Buffer> {
  try {
    return await codings[coding](body, maxBody)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBody)
    // Some proxies inflate the body and leave the header.
    if (isPlain(body)) return body
    throw new Refusal(400, 'TRIPLINE_BAD_ENCODING', `the body is no whole ${coding} stream, which its Content-Encoding or its first bytes say it is: ${message}`)
  }
}

function tooLarge (maxBody: number): Refusal {
  return new Refusal(413, 'TRIPLINE_BODY_TOO_LARGE', `the body is larger than limits.max_body (${maxBody} bytes) once inflated: send smaller batches or raise the limit`)
}

function isPlain (body: Buffer): boolean {
  return /^[\ufeff\s]*[{[]\s*["{}[\]]/.test(body.toString('utf8', 0, 64))
}

const gunzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip)
const inflateZlib = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate)
const inflateRaw = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflateRaw)

/** zlib's format, as the standard says, or raw deflate, as some send it. */
async function inflateDeflate (body: Buffer, maxBody: number): Promise<Buffer> {
  const isZlib = body.length > 1 && ((body[0] as number) & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0
  return await (isZlib ? inflateZlib : inflateRaw)(body, limits(body, maxBody))
}

/** Each piece is a turn through the pool, so there should be few; but a single one is kept whole, however little of it is used. */
function limits (body: Buffer, maxBody: number): zlib.ZlibOptions {
  return { maxOutputLength: maxBody, chunkSize: Math.min(Math.max(4 * body.length, minChunk), maxChunk) }
}

const minChunk = 16_384
const maxChunk = 2 ** 18
