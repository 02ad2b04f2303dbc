import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { findFiles } from '../../src/rules/find-files.js'

const endings = ['.toml', '.json']

t.test('a file is itself', async (t) => {
  const dir = t.testdir({ 'a.toml': '' })

  t.same(findFiles(join(dir, 'a.toml'), { endings }), [{ path: join(dir, 'a.toml'), shown: join(dir, 'a.toml') }])
})

t.test('a folder is its files at any depth, sorted, as a person would write them', async (t) => {
  const dir = t.testdir({ 'b.json': '', 'a.toml': '', 'a.yaml': '', sub: { deep: { 'c.toml': '' } }, empty: {} })

  const found = findFiles(dir, { shown: 'rules', endings })

  t.same(found.map(({ shown }) => shown), ['rules/a.toml', 'rules/b.json', 'rules/sub/deep/c.toml'])
  t.equal(found[2]?.path, join(dir, 'sub/deep/c.toml'))
})

t.test('a Kubernetes volume gives each file once', async (t) => {
  const dir = t.testdir({})
  mkdirSync(join(dir, '..2026'))
  writeFileSync(join(dir, '..2026', 'a.toml'), '')
  symlinkSync('..2026', join(dir, '..data'))
  symlinkSync('..data/a.toml', join(dir, 'a.toml'))

  t.same(findFiles(dir, { shown: 'r', endings }).map(({ shown }) => shown), ['r/a.toml'])
})

t.test('a link to a folder above does not go round for ever, one to nowhere is kept for its reader to refuse', async (t) => {
  const dir = t.testdir({ 'a.toml': '', sub: { up: t.fixture('symlink', '..') }, 'gone.toml': t.fixture('symlink', 'nowhere'), other: t.fixture('symlink', 'nowhere') })

  t.same(findFiles(dir, { shown: 'r', endings }).map(({ shown }) => shown), ['r/a.toml', 'r/gone.toml'])
})

t.test('what is not there, of another kind, or empty is refused with its name', async (t) => {
  const dir = t.testdir({ 'a.txt': '', empty: {} })

  t.throws(() => findFiles(join(dir, 'no'), { shown: 'no', endings }), { message: 'TRIPLINE_BAD_RULE no is not there, or may not be read: check the path' })
  t.throws(() => findFiles(join(dir, 'a.txt'), { shown: 'a.txt', endings }), { message: 'TRIPLINE_BAD_RULE a.txt must be a folder, or a file whose name ends in .toml, .json' })
  t.throws(() => findFiles(join(dir, 'empty'), { shown: 'empty', endings }), { message: 'TRIPLINE_BAD_RULE empty holds no file whose name ends in .toml, .json' })
})

t.test('the caller may refuse in its own words', async (t) => {
  const refuse = (file: string) => new RangeError(file)

  t.throws(() => findFiles('/nowhere', { endings, refuse }), { name: 'RangeError', message: '/nowhere' })
})
