import t from 'tap'
import { commands, options } from '../../src/cli/arguments.js'
import { help } from '../../src/cli/help.js'

t.test('the help of the sink names every command, and each of its options', async (t) => {
  const text = help('run')

  t.match(text, /^Usage: tripline \[options\]\nTake batches, and send alerts\.\n/)
  for (const { usage, about } of Object.values(commands).slice(1)) t.match(text, `${usage}`) && t.match(text, about)
  t.match(text, /\n {2}-c, --config FILE +the config file, YAML\n/)
  t.match(text, /\n {6}--listen HOST:PORT +where to listen/)
  t.match(text, /Exit codes: 0 fine, 1 a fault was found, 2 wrong usage\.\n$/)
})

t.test('the help of a command names its own options alone', async (t) => {
  const text = help('validate')

  t.match(text, /^Usage: tripline validate \[options\]\n/)
  t.match(text, options.connect.about)
  t.notMatch(text, /Commands|--version/)
})
