import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, realpath, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
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
  await writeFile(join(dir, 'holder.mjs'), "import { createServer } from 'node:net'\ncreateServer().listen('tripline.lock.00000000', () => process.send('held'))")
  const holder = fork(join(dir, 'holder.mjs'), { cwd: dir, execArgv: [], env: {} })
  await once(holder, 'message')
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  t.ok((await readdir(dir)).includes('tripline.lock.00000000'), 'its socket is still there')

  const results = await Promise.allSettled(Array.from({ length: 10 }, async (_, i) => {
    await wait(i % 4)
    return lockFolder(dir)
  }))

  const locks = results.flatMap((result) => result.status === 'fulfilled' ? [result.value] : [])
  t.equal(locks.length, 1)
  await locks[0]?.release()
  t.strictSame((await readdir(dir)), ['holder.mjs'])
})

t.test('a path too long for a socket is locked all the same', async (t) => {
  const dir = join(await shortFolder(t), 'a'.repeat(100))
  await mkdir(dir)
  const lock = await lockFolder(dir)

  await t.rejects(lockFolder(dir), /in use/)

  const hash = createHash('sha256').update(await realpath(dir)).digest('hex').slice(0, 32)
  const count = async () => (await readdir(tmpdir())).filter((name) => name.includes(hash)).length
  t.equal(await count(), 1)
  await lock.release()
  t.equal(await count(), 0, 'nothing is left among the temporary files')
})

const others: [title: string, name: string, answers: string[], owner: RegExp | undefined][] = [
  ['a holder that is alive but says nothing holds it all the same', 'ffffffff', [''], /in use by process unknown/],
  ['a holder tells its process', 'ffffffff', ['held 7'], /in use by process 7/],
  ['one that wants it too goes first by name', '00000000', ['wanted 7'], /in use by process 7/],
  ['one that wants it too, and comes later by name, is waited for, and had it already', 'ffffffff', ['wanted 7', 'held 7'], /in use by process 7/],
  ['one that comes later by name and does not leave has it in the end', 'ffffffff', ['wanted 7'], /in use by process 7/],
  ['one that comes later by name and leaves has it not', 'ffffffff', ['wanted 7', 'leaves'], undefined]
]
for (const [title, name, answers, owner] of others) {
  t.test(title, async (t) => {
    const dir = await shortFolder(t)
    let asked = 0
    const other = createServer((socket) => {
      const answer = answers[Math.min(asked++, answers.length - 1)] as string
      socket.end(answer)
      if (answers[asked] === 'leaves') other.close()
    })
    await new Promise<void>((resolve) => { other.listen(join(dir, `tripline.lock.${name}`), resolve) })
    t.teardown(() => other.close())

    if (owner === undefined) await (await lockFolder(dir)).release()
    else await t.rejects(lockFolder(dir), owner)
  })
}

t.test('what a process left that was killed while it made its socket is cleared away, but not at once', async (t) => {
  const dir = await shortFolder(t)
  for (const name of ['tripline.new.00000001', 'tripline.new.00000002']) await writeFile(join(dir, name), '')
  await utimes(join(dir, 'tripline.new.00000001'), 0, 0)

  const lock = await lockFolder(dir)

  t.strictSame((await readdir(dir)).filter((name) => name.includes('new')), ['tripline.new.00000002'])
  await lock.release()
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
