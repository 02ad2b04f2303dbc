import { readFileSync } from 'node:fs'
import t from 'tap'
import { shapes } from '../../../src/core/ecs/shapes.js'
import { dresses, shapeOf, type RealStart } from '../../fixtures/dress.js'

const start: RealStart = { time: Date.UTC(2026, 2, 2, 12), host: 'PC1.example', pid: 7412, image: 'C:\\Windows\\System32\\nslookup.exe', line: 'nslookup -q=txt a.example', recordId: 7 }

t.test('each shape is known by one row, the first that knows it', async (t) => {
  for (const [dress, make] of Object.entries(dresses)) {
    if (dress === 'ecs') continue
    for (const log of ['sysmon', 'security'] as const) t.equal(shapes.find(({ knows }) => knows(make(start, log)))?.name, shapeOf(dress), `${dress} ${log}`)
  }
})

t.test('each row has a name of its own, and a dress to be tried in', async (t) => {
  const names = shapes.map(({ name }) => name)

  t.equal(new Set(names).size, names.length)
  t.same(names.filter((name) => dresses[name] === undefined), [])
})

t.test('the README names each', async (t) => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')

  for (const { name } of shapes) t.ok(readme.includes(`\`${name}\``), name)
})
