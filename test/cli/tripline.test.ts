import { join } from 'node:path'
import t from 'tap'
import { eventAt, ruleToml } from '../fixtures/cli-io.js'
import { runCli } from '../fixtures/run-cli.js'

t.test('the process does what its arguments say: stdin is read, and stdout is alerts alone', async (t) => {
  const rule = join(t.testdir({ 'rule.toml': ruleToml() }), 'rule.toml')
  const events = [0, 1, 2].map((seconds) => JSON.stringify(eventAt(seconds))).join('\n')

  const { code, out, err } = await runCli(['replay', '--rules', rule, '-'], events)

  t.equal(code, 0)
  t.same(out.split('\n').filter(Boolean).map((line) => JSON.parse(line).event.action), ['open', 'close'])
  t.match(err, /^replayed 1 file /)
})

t.test('its exit code tells wrong usage', async (t) => {
  t.match(await runCli(['--zebra']), { code: 2, out: '', err: /^TRIPLINE_BAD_USAGE --zebra/ })
})
