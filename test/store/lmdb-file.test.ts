import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { open } from 'lmdb'
import t from 'tap'
import { checkFile, damaged } from '../../src/store/lmdb-file.js'

t.test('a file that is not there, or empty, or an environment, is fine', async (t) => {
  const dir = t.testdir({ empty: '' })
  const path = join(dir, 'some.mdb')
  const root = open({ path, noSubdir: true })
  await root.put('a', 'b'.repeat(100_000))
  await root.close()

  await t.resolves(checkFile(join(dir, 'absent')))
  await t.resolves(checkFile(join(dir, 'empty')))
  await t.resolves(checkFile(path))
})

t.test('anything else is damaged', async (t) => {
  const dir = t.testdir()
  const path = join(dir, 'some.mdb')
  const root = open({ path, noSubdir: true })
  for (let i = 0; i < 100; i++) await root.put(`key${i}`, 'b'.repeat(10_000))
  await root.close()
  const bytes = await readFile(path)
  const secondMeta = Buffer.from(bytes)
  secondMeta.fill(0, 4096, 4200)
  const files: [string, Buffer][] = [
    ['text', Buffer.from('hello')], ['zeros', Buffer.alloc(100_000)], ['half a page', bytes.subarray(0, 2000)],
    ['one meta page only', secondMeta], ['no pages but the meta pages', bytes.subarray(0, 8192)]
  ]
  for (const [name, content] of files) {
    await writeFile(path, content)
    await t.rejects(checkFile(path), { code: 'TRIPLINE_BAD_STATE', message: /damaged/ }, name)
  }
})

t.test('pages at the end that were never written are there afterwards', async (t) => {
  const path = join(t.testdir(), 'some.mdb')
  const root = open({ path, noSubdir: true })
  await root.put('a', 'b')
  await root.close()
  const { size } = await stat(path)
  const bytes = await readFile(path)
  for (const at of [144, 4096 + 144]) bytes.writeBigUInt64LE(BigInt(size / 4096 + 1), at)
  await writeFile(path, bytes)

  await checkFile(path)

  t.equal((await stat(path)).size, size + 2 * 4096)
})

t.test('a new file for which there is no room is told', { skip: process.platform !== 'linux' && 'no /dev/full' }, async (t) => {
  const dir = t.testdir({ 'empty.mdb': '' })

  for (const name of ['absent.mdb', 'empty.mdb']) {
    await symlink('/dev/full', join(dir, `${name}.trial`))
    await t.rejects(checkFile(join(dir, name)), { code: 'TRIPLINE_BAD_STATE', message: /no room for the state: ENOSPC.*--state/ })
  }
  t.same(await readdir(dir), ['empty.mdb'])
})

t.test('a file that cannot be opened is told', async (t) => {
  const dir = t.testdir({ folder: {} })

  await t.rejects(checkFile(join(dir, 'folder')), { code: 'TRIPLINE_BAD_STATE', message: /cannot be opened/ })
})

t.test('damage is told with what to do', async (t) => {
  t.match(damaged('/a/b', 'its end is missing').message, /TRIPLINE_BAD_STATE \/a\/b the state is damaged \(its end is missing\): .*--state DIR/)
})
