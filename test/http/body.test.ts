import { PassThrough, Readable } from 'node:stream'

import t from 'tap'

import { Refusal } from '../../src/errors.js'
import { drain, readBody } from '../../src/http/body.js'
import { InFlight } from '../../src/pipeline/in-flight.js'

const timeout = 60_000

t.test('a body is given whole, however it is cut', async (t) => {
  const whole = Buffer.alloc(200_000, 'abcdefg')
  const cuts: [string, number][] = [['bytes', 1], ['small chunks', 4095], ['large chunks', 60_000], ['one chunk', whole.length]]
  for (const [title, size] of cuts) {
    t.test(title, async (t) => {
      const inFlight = new InFlight(1_000_000)

      const body = await readBody(inChunks(whole, size), { maxBody: whole.length, hold: inFlight.hold(), timeout })

      t.equal(Buffer.compare(body.whole(), whole), 0)
      t.equal(inFlight.bytes, whole.length, 'all of it is in flight')
    })
  }
})

t.test('large and small chunks keep their order', async (t) => {
  const parts = ['a'.repeat(10), 'b'.repeat(5000), 'c'.repeat(10), 'd'.repeat(4000), 'e'.repeat(4096), 'f']

  const body = await readBody(Readable.from(parts.map((part) => Buffer.from(part))), { maxBody: 100_000, hold: hold(), timeout })

  t.equal(body.whole().toString(), parts.join(''))
})

t.test('no body is an empty one', async (t) => {
  t.equal((await readBody(Readable.from([]), { maxBody: 10, hold: hold(), timeout })).length, 0)
})

t.test('one byte too many is refused at once', async (t) => {
  const stream = new PassThrough()
  stream.write('0123456789')
  stream.write('a')

  await t.rejects(readBody(stream, { maxBody: 10, hold: hold(), timeout }), { status: 413, code: 'TRIPLINE_BODY_TOO_LARGE' })

  t.equal(stream.isPaused(), true, 'the rest is not read')
})

t.test('bytes that are too many in flight are refused, to be sent again', async (t) => {
  const inFlight = new InFlight(100)
  inFlight.hold().grow(95)

  const refused = readBody(inChunks(Buffer.alloc(20), 5), { maxBody: 1000, hold: inFlight.hold(), timeout })

  await t.rejects(refused, { status: 503, code: 'TRIPLINE_BUSY', retryAfter: 1 })
})

t.test('a client that goes away, or takes too long, is nobody to answer', async (t) => {
  const gone = new PassThrough()
  const broken = new PassThrough()
  const slow = new PassThrough()
  const reading = [[gone, timeout], [broken, timeout], [slow, 1]].map(([stream, timeout]) =>
    readBody(stream as PassThrough, { maxBody: 10, hold: hold(), timeout: timeout as number }).catch((error) => error))

  gone.destroy()
  broken.destroy(new Error('ECONNRESET'))
  const errors = await Promise.all(reading)

  t.strictSame(errors.map((error) => error.name), ['Aborted', 'Aborted', 'Aborted'])
  t.equal(errors[2].message, 'the body was not complete after 1 ms')
  t.notOk(errors.some((error) => error instanceof Refusal))
  slow.emit('error', new Error('a late error ends nothing'))
})

t.test('the rest of a request is read on', async (t) => {
  t.test('to its end', async (t) => {
    const request = new PassThrough()
    request.end(Buffer.alloc(1000))

    await drain(request, { bytes: 1000, signal: never() })

    t.equal(request.readableEnded, true)
  })

  t.test('but no further than the limit', async (t) => {
    const request = new PassThrough()
    request.write(Buffer.alloc(11))

    await drain(request, { bytes: 10, signal: never() })

    t.equal(request.isPaused(), true)
  })

  t.test('and no longer than the signal allows', async () => {
    const time = new AbortController()
    const drained = drain(new PassThrough(), { bytes: 10, signal: time.signal })

    time.abort()

    await drained
  })

  t.test('which is nothing when it has ended, is gone, breaks, or the time is over', async () => {
    const gone = new PassThrough()
    gone.destroy()
    const ended = new PassThrough()
    ended.end()
    await drain(ended, { bytes: 10, signal: never() })
    const breaking = new PassThrough()
    const broken = drain(breaking, { bytes: 10, signal: never() })
    breaking.destroy(new Error('ECONNRESET'))

    await Promise.all([
      broken,
      drain(gone, { bytes: 10, signal: never() }),
      drain(ended, { bytes: 10, signal: never() }),
      drain(new PassThrough(), { bytes: 10, signal: AbortSignal.abort() })
    ])
  })
})

function hold () {
  return new InFlight(1_000_000).hold()
}

function never (): AbortSignal {
  return new AbortController().signal
}

function inChunks (whole: Buffer, size: number): Readable {
  const chunks: Buffer[] = []
  for (let start = 0; start < whole.length; start += size) chunks.push(whole.subarray(start, start + size))
  return Readable.from(chunks)
}
