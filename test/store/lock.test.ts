import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { BadState } from '../../src/errors.js'
import { lockFolder } from '../../src/store/lock.js'

t.test('a folder is locked once, and free again when it is released', async (t) => {
  const dir = await shortFolder(t)
  const lock = await lockFolder(dir)

  await t.rejects(lockFolder(dir), new RegExp(`in use by process ${process.pid}`))
  await lock.release()

  await (await lockFolder(dir)).release()
  t.strictSame(await readdir(dir), [])
})

t.test('of many that want it at once one gets it', async (t) => {
  const dir = await shortFolder(t)

  const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(dir)))

  const locks = results.flatMap((result) => result.status === 'fulfilled' ? [result.value] : [])
  t.equal(locks.length, 1)
  t.ok(results.every((result) => result.status === 'fulfilled' || result.reason instanceof BadState))
  await locks[0]?.release()
})

t.test('a lock whose process was killed is taken, by one of many', async (t) => {
  const dir = await shortFolder(t)
  await writeFile(join(dir, 'holder.mjs'), "import { createServer } from 'node:net'\ncreateServer().listen('tripline.lock', () => process.send('held'))")
  const holder = fork(join(dir, 'holder.mjs'), { cwd: dir, execArgv: [], env: {} })
  await once(holder, 'message')
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  t.ok((await readdir(dir)).includes('tripline.lock'), 'its socket is still there')

  const results = await Promise.allSettled(Array.from({ length: 10 }, () => lockFolder(dir)))

  const locks = results.flatMap((result) => result.status === 'fulfilled' ? [result.value] : [])
  t.equal(locks.length, 1)
  await locks[0]?.release()
})

t.test('a path too long for a socket is locked all the same', async (t) => {
  const dir = join(await shortFolder(t), 'a'.repeat(100))
  await mkdir(dir)
  const lock = await lockFolder(dir)

  await t.rejects(lockFolder(dir), /in use/)

  await lock.release()
})

t.test('a holder that is alive but says nothing holds it all the same', async (t) => {
  const dir = await shortFolder(t)
  const silent = createServer()
  await new Promise<void>((resolve) => { silent.listen(join(dir, 'tripline.lock'), resolve) })
  silent.on('connection', (socket) => socket.end())

  await t.rejects(lockFolder(dir), /in use by process/)

  silent.close()
})

t.test('a folder where no socket can be made is a fault that says so', async (t) => {
  const dir = join(await shortFolder(t), 'x')
  await writeFile(dir, '')

  await t.rejects(lockFolder(dir), { code: 'TRIPLINE_BAD_STATE' })
})

/** A socket's path is short, and tap's own folders are not. */
async function shortFolder (t: Test): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'lock-'))
  t.teardown(() => rm(dir, { recursive: true, force: true }))
  return dir
}
