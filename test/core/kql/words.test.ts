import t from 'tap'
import { compileAnyWord, compilePhrase, compileWordPatterns, wordPatterns, wordsOf } from '../../../src/core/kql/words.js'
import type { Fits } from '../../../src/core/kql/pattern.js'

t.test('words are runs of letters, digits and underscores in lower case', async (t) => {
  t.same(wordsOf('User (Ünal) nslookup.EXE a_1 -'), ['user', 'ünal', 'nslookup', 'exe', 'a_1'])
  t.same(wordsOf('--'), [])
})

t.test('any of the words is enough', async (t) => {
  const fits = compileAnyWord('Denied access') as Fits

  t.equal(fits('user ACCESS granted'), true)
  t.equal(fits('accessed'), false)
  t.equal(fits('granted'), false)
  t.equal(compileAnyWord('--'), undefined)
})

t.test('the words of a phrase stand next to each other in their order', async (t) => {
  const fits = compilePhrase('access denied') as Fits

  t.equal(fits('user Access, denied'), true)
  t.equal(fits('access was denied'), false)
  t.equal(fits('denied access'), false)
  t.equal(fits('access access denied'), true)
  t.equal(fits('access'), false)
  t.equal(compilePhrase('--'), undefined)
})

t.test('a pattern with blanks is several patterns, each for one word', async (t) => {
  t.same(wordPatterns(['Foo b', 'r ', ' baz']), [['foo'], ['b', 'r'], ['', ''], ['baz']])
  t.same(wordPatterns(['', '']), [['', '']])
  const fits = compileWordPatterns(['deni', ' granted'])

  t.equal(fits('access Denied'), true)
  t.equal(fits('access granted'), true)
  t.equal(fits('access undenied'), false)
})
