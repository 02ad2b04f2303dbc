import t from 'tap'
import { table } from '../../src/cli/table.js'

t.test('columns are as wide as their widest cell, and nothing trails', async (t) => {
  t.equal(table(['A', 'LONG HEAD'], [['a longer cell', 'x'], ['y', '']]), 'A              LONG HEAD\na longer cell  x\ny\n')
})

t.test('without rows the head stands alone', async (t) => { t.equal(table(['A', 'B'], []), 'A  B\n') })

t.test('a cell cannot break its line or colour the terminal', async (t) => {
  t.equal(table(['A'], [['x\ny\u001b[31m']]), 'A\nx y [31m\n')
})
