import { spawnSync } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { tuneHeap } from '../../src/cli/heap.js'

const megabyte = 1024 * 1024

t.test('a small heap may grow to four times its size, a larger one as V8 likes', async (t) => {
  const flags: string[] = []
  let used = 30 * megabyte
  let looks = 0
  const look = () => {
    looks++
    return used
  }

  const stop = tuneHeap({ used: look, setFlag: (flag) => flags.push(flag), every: 1 })
  await until(() => looks >= 3)
  t.same(flags, ['--no-allocation-site-pretenuring', '--heap-growing-percent=300'], 'from the beginning, and said once')
  used = 300 * megabyte
  await until(() => flags.length === 3)
  used = 200 * megabyte
  await until(() => flags.length === 4)
  stop()
  used = 300 * megabyte
  await setTimeout(20)

  t.same(flags.slice(1), ['--heap-growing-percent=300', '--heap-growing-percent=0', '--heap-growing-percent=300'])
})

t.test('the flags are ones that V8 knows', async (t) => {
  const flags: string[] = []
  tuneHeap({ setFlag: (flag) => flags.push(flag) })()

  t.match(spawnSync(process.execPath, [...flags, '--eval', '0'], { encoding: 'utf8' }), { status: 0, stderr: '' })
  tuneHeap()()
})

async function until (holds: () => boolean): Promise<void> {
  while (!holds()) await setTimeout(1)
}
