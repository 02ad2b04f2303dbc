import t from 'tap'
import { lint } from '../../../src/core/kql/lint.js'
import { readLiteral } from '../../../src/core/kql/literal.js'
import type { Literal } from '../../../src/core/kql/literal.js'

t.test('what is probably not meant is said', async (t) => {
  const cases: [source: string, warning: RegExp | undefined][] = [
    ['a\nb', /line break/],
    ['a\\nb', undefined],
    ['"a\nb"', undefined],
    ['a?', /"\?" stands for itself/],
    ['a?*', /"\?" stands for itself/],
    ['"a?"', undefined],
    ['this or', /operator word/],
    ['Not', /operator word/],
    ['for', undefined],
    ['null', undefined],
    ['"C:\\tools\\x.exe"', /control characters/],
    ['"\\\\Windows\\\\a\\nb"', /control characters/],
    ['"%TEMP%\\new"', /control characters/],
    ['"C:\\\\tools\\\\new.exe"', undefined],
    ['"C:\\Windows"', undefined],
    ['"a\\tb"', undefined]
  ]
  for (const [source, warning] of cases) {
    const warnings = lint(source, readLiteral(source, 0)?.literal as Literal)
    if (warning === undefined) t.same(warnings, [], source)
    else t.match(warnings, [warning], source)
  }
})
