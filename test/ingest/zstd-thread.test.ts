import { Worker } from 'node:worker_threads'
import { Decompress } from 'fzstd'
import t from 'tap'
import { createZstdThread, inflateFrames } from '../../src/ingest/zstd-thread.js'
import { zstdFrame } from '../fixtures/zstd-frame.js'
import { readRequest } from '../wire.js'

const small = zstdFrame([Buffer.from('abc')])

t.test('frames are inflated on the thread, one body after the other', async (t) => {
  const inflate = createZstdThread()

  const bodies = await Promise.all([inflate([small, small], 100), inflate([readRequest('vector/json-array-zstd').body], 100_000)])

  t.equal(bodies[0].toString(), 'abcabc')
  t.equal((JSON.parse(bodies[1].toString()) as unknown[]).length, 3)
})

t.test('a broken or a too large body costs the next one nothing', async (t) => {
  const inflate = createZstdThread()

  await t.rejects(inflate([Buffer.from('no zstd at all')], 100), { message: 'invalid zstd data' })
  await t.rejects(inflate([small], 2), { code: 'ERR_BUFFER_TOO_LARGE' })
  t.equal((await inflate([small], 3)).toString(), 'abc')
})

t.test('a body that takes longer than patience is refused, and the next one gets a new thread', async (t) => {
  const sources = ['', 'parentPort.once("message", () => parentPort.postMessage(new Uint8Array([97])))']
  const start = (): Worker => new Worker(`const { parentPort } = require('node:worker_threads'); parentPort.ref(); ${sources.shift()}`, { eval: true, execArgv: [] })
  const inflate = createZstdThread({ patience: 1000, start })

  await t.rejects(inflate([small], 100), { message: 'it takes too long' })
  t.equal((await inflate([small], 100)).toString(), 'a')
})

t.test('a thread that breaks is replaced by the next body', async (t) => {
  const sources = ['throw new Error("broken")', 'parentPort.once("message", () => parentPort.postMessage(new Uint8Array([97])))']
  const start = (): Worker => new Worker(`const { parentPort } = require('node:worker_threads'); ${sources.shift()}`, { eval: true, execArgv: [] })
  const inflate = createZstdThread({ start })

  await t.rejects(inflate([small], 100))
  t.equal((await inflate([small], 100)).toString(), 'a')
})

t.test('a gigabyte of one byte stops at the limit, and no part of it is kept', async (t) => {
  const bomb = zstdFrame(Array.from({ length: 8192 }, () => ({ byte: 0, times: 131_072 })))
  const before = process.memoryUsage().arrayBuffers

  t.equal(inflateFrames([bomb], 1_000_000, Decompress), false)
  t.ok(process.memoryUsage().arrayBuffers - before < 64 * 1024 * 1024)
})

t.test('what the thread runs says what is broken', async (t) => {
  t.equal(inflateFrames([Buffer.from('no zstd at all')], 100, Decompress), 'invalid zstd data')
  t.same(inflateFrames([small], 100, Decompress), Buffer.from('abc'))
})
