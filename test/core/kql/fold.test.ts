import t from 'tap'
import { fold } from '../../../src/core/kql/fold.js'

t.test('folding is lower case, beyond ASCII too', async (t) => {
  t.equal(fold('NSLOOKUP.exe ÄÖÜ ΔΣ'), 'nslookup.exe äöü δς')
})

t.test('no character beyond ASCII folds into ASCII', async (t) => {
  const strangers: string[] = []
  for (let code = 0x80; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code)
    if (/[\0-\x7f]/.test(fold(character))) strangers.push(character)
  }

  t.same(strangers, [])
  t.equal(fold('\u212aEY \u0130D'), '\u212aey \u0130d')
})
