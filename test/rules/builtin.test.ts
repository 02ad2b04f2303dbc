import { existsSync } from 'node:fs'
import t from 'tap'
import { builtinNames, findBuiltin } from '../../src/rules/builtin.js'

t.test('the rules that come with Tripline are known by name', async (t) => {
  t.same(builtinNames(), ['nslookup', 'nslookup-fast', 'nslookup-hardened', 'nslookup-many-names'])
})

t.test('a bare builtin is the nslookup rule', async (t) => {
  t.same(findBuiltin('builtin'), findBuiltin('builtin/nslookup'))
  t.equal(findBuiltin('builtin')?.shown, 'builtin/nslookup')
})

t.test('every name leads to a file', async (t) => {
  for (const name of builtinNames()) t.ok(existsSync(findBuiltin(`builtin/${name}`)?.path ?? ''))
})

t.test('other paths are no built-in rules', async (t) => {
  for (const path of ['rules', './builtin', 'builtin.toml', 'rules/builtin', '']) t.equal(findBuiltin(path), undefined)
})

t.test('an unknown name, or a way out of the folder, is refused with the nearest', async (t) => {
  t.throws(() => findBuiltin('builtin/nslokup'), { message: /^TRIPLINE_BAD_RULE builtin\/nslokup .* did you mean nslookup\?/ })
  t.throws(() => findBuiltin('builtin/'), { message: /known here: nslookup, nslookup-fast, nslookup-hardened, nslookup-many-names/ })
  t.throws(() => findBuiltin('builtin/../package'), { message: /is no rule that comes with Tripline/ })
})
