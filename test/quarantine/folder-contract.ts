import type { Test } from 'tap'
import type { Folder } from '../../src/quarantine/folder.js'

/** What every folder does, on disk or in memory. */
export function folderContract (t: Test, create: (t: Test) => Folder): void {
  t.test('files are listed by name with their length, and there are none at first', async (t) => {
    const folder = create(t)
    t.same(await folder.files(), [])

    await folder.append('c', Buffer.from('1\n'))
    await folder.append('a', Buffer.from('123\n'))
    await folder.append('b', Buffer.from(''))

    t.same(await folder.files(), [{ name: 'a', size: 4 }, { name: 'b', size: 0 }, { name: 'c', size: 2 }])
  })

  t.test('lines are appended, and their place is told', async (t) => {
    const folder = create(t)

    t.equal(await folder.append('a', Buffer.from('one\n')), 0)
    t.equal(await folder.append('a', Buffer.from('two\nthree\n')), 4)

    t.equal(String(await folder.read('a')), 'one\ntwo\nthree\n')
    t.same((await folder.slices('a', [{ offset: 4, length: 3 }, { offset: 0, length: 3 }, { offset: 8, length: 99 }])).map(String), ['two', 'one', 'three\n'])
  })

  t.test('a file that is not there is empty, but has no parts', async (t) => {
    const folder = create(t)
    await folder.append('a', Buffer.from('one\n'))
    await folder.remove('a')
    await folder.remove('never')

    t.same(await folder.files(), [])
    t.equal((await folder.read('a')).length, 0)
    await t.rejects(folder.slices('a', [{ offset: 0, length: 1 }]), { code: 'ENOENT' })
  })
}
