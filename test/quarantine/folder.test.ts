import { appendFileSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createDiskFolder } from '../../src/quarantine/folder.js'
import { folderContract } from './folder-contract.js'

folderContract(t, (t) => createDiskFolder(join(t.testdir(), 'state', 'quarantine')))

t.test('a line that was cut off is ended before the next one begins', async (t) => {
  const path = t.testdir()
  const folder = createDiskFolder(path)
  await folder.append('a', Buffer.from('one\n'))
  appendFileSync(join(path, 'a'), '{"cut')

  const start = await folder.append('a', Buffer.from('two\n'))

  t.equal(readFileSync(join(path, 'a'), 'utf8'), 'one\n{"cut\ntwo\n')
  t.same((await folder.slices('a', [{ offset: start, length: 3 }])).map(String), ['two'])
})

t.test('what cannot be listed or written is told, and is no end', async (t) => {
  const path = join(t.testdir({ file: 'no folder' }), 'file')
  const folder = createDiskFolder(path)

  await t.rejects(folder.files(), { code: 'ENOTDIR' })
  await t.rejects(folder.read('a'), { code: 'ENOTDIR' })
  await t.rejects(folder.append('a', Buffer.from('one\n')), { code: 'EEXIST' })
})

t.test('lines that a full disk did not take are not there in part', { skip: process.platform !== 'linux' && 'needs /dev/full' }, async (t) => {
  const path = t.testdir()
  mkdirSync(join(path, 'q'))
  symlinkSync('/dev/full', join(path, 'q', 'a'))
  const folder = createDiskFolder(join(path, 'q'))

  await t.rejects(folder.append('a', Buffer.from('one\n')), { code: 'ENOSPC' })
})

t.test('a file that vanishes while the folder is listed counts as empty', async (t) => {
  const path = t.testdir()
  writeFileSync(join(path, 'a'), 'one\n')
  symlinkSync(join(path, 'gone'), join(path, 'b'))
  truncateSync(join(path, 'a'), 2)

  t.same(await createDiskFolder(path).files(), [{ name: 'a', size: 2 }, { name: 'b', size: 0 }])
})
