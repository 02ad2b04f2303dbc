import t from 'tap'
import type { FieldType } from '../../../src/core/ecs/field-types.js'
import type { Scalar } from '../../../src/core/fields.js'
import { readLiteral } from '../../../src/core/kql/literal.js'
import type { Value } from '../../../src/core/kql/literal.js'
import { compileAlternatives, compileEquality, compileRange } from '../../../src/core/kql/match.js'
import type { Test } from '../../../src/core/kql/match.js'
import type { RangeOperator } from '../../../src/core/kql/parse.js'

const now = Date.parse('2024-05-02T12:00:00Z')

t.test('a value equals a literal by the rule of its field\'s type', async (t) => {
  const cases: [type: FieldType, literal: string, value: Scalar, equal: boolean][] = [
    ['keyword', 'a', 'a', true], ['keyword', 'a', 'A', false], ['keyword', '1', 1, true], ['keyword', '01', 1, false],
    ['keyword', 'true', true, true], ['keyword', 'a*', 'ab', true], ['keyword', 'a*', 'Ab', false], ['keyword', '4*', 42, true],
    ['wildcard', 'a b*', 'a bc', true], ['wildcard', 'a b*', 'a x', false], ['flattened', 'a', 'a', true],
    ['caseless', 'nsLookup', 'NSLOOKUP', true], ['caseless', 'NS*', 'nslookup', true], ['caseless', 'NS*', 'x', false],
    ['text', 'a b', 'x B', true], ['text', '"a b"', 'a x b', false], ['text', '"a b"', 'A B', true], ['text', 'a*', 'x Ab', true],
    ['text', '12', 12, true],
    ['long', '53', 53, true], ['long', '53', '53', true], ['long', '5.3e1', 53, true], ['long', '53', '53x', false], ['long', '53', true, false],
    ['double', '-.5', -0.5, true], ['double', '0.50', '+.5', true],
    ['boolean', 'true', true, true], ['boolean', '"false"', 'false', true], ['boolean', 'true', false, false],
    ['ip', '10.0.0.1', '::ffff:10.0.0.1', true], ['ip', '10.0.0.0/8', '10.1.2.3', true], ['ip', '10.0.0.0/8', '11.1.2.3', false],
    ['ip', '"::1"', '0:0:0:0:0:0:0:1', true], ['ip', '10.0.0.1', 'x', false], ['ip', '10.0.0.1', 10, false],
    ['date', '2024-05-01', '2024-05-01T23:59:59.999Z', true], ['date', '2024-05-01', '2024-05-02T00:00:00Z', false],
    ['date', '2024-05-01', Date.parse('2024-05-01T12:00:00Z'), true], ['date', 'now/d', '2024-05-02T01:00:00Z', true],
    ['date', '2024', 'x', false], ['date', '2024', '2024-05-01' + ' '.repeat(100_000) + 'x', false], ['date', '2024', true, false],
    ['unknown', '01', 1, true], ['unknown', '01', '1', false], ['unknown', 'true', true, true], ['unknown', 'x', 1, false],
    ['unknown', 'x', true, false], ['unknown', 'a*', 'ab', true], ['unknown', '1*', 12, false], ['unknown', 't*', true, false]
  ]
  for (const [type, literal, value, equal] of cases) {
    t.equal((compileEquality(type, valueOf(literal)) as Test)(value, now), equal, `${type} ${literal} ${String(value).slice(0, 30)}`)
  }
})

t.test('a value is in a range by the order of its field\'s type', async (t) => {
  const cases: [type: FieldType, operator: RangeOperator, literal: string, value: Scalar, inside: boolean][] = [
    ['keyword', '>', '999', '4688', false], ['keyword', '<', '999', 4688, true], ['keyword', '>', 'a', 'ab', true], ['keyword', '>=', 'a', 'a', true],
    ['keyword', '<', '\uffff', '\u{10000}', false], ['keyword', '<', '\u{10000}', '\uffff', true], ['keyword', '<', '\u{10001}', '\u{10000}', true],
    ['keyword', '>', 'B', 'a', true], ['wildcard', '<=', 'b', 'c', false], ['flattened', '<=', 'b', 'b', true], ['caseless', '>', 'B', 'a', false],
    ['text', '>', 'M', 'a Z', true], ['text', '>', 'm', 'a b', false],
    ['long', '>=', '1024', 1024, true], ['long', '>', '1024', '1024', false], ['long', '<', '1024', 'x', false], ['double', '<=', '.5', 0.4, true],
    ['long', '<', '5', false, false],
    ['ip', '>', '10.0.0.9', '10.0.0.10', true], ['ip', '<', '10.0.0.9', '10.0.0.10', false], ['ip', '<', '10.0.0.9', '', false],
    ['date', '>', '2024-05-01', '2024-05-01T12:00:00Z', false], ['date', '>=', '2024-05-01', '2024-05-01T00:00:00Z', true],
    ['date', '<=', '2024-05-01', '2024-05-01T12:00:00Z', true], ['date', '<', '2024-05-01', '2024-05-01T00:00:00Z', false],
    ['date', '>', 'now-1h', '2024-05-02T11:30:00Z', true], ['date', '<', 'now+999999999y', '2024-05-02', false],
    ['unknown', '>', '9', 10, true], ['unknown', '>', '9', '10', false], ['unknown', '>', 'a', 10, false], ['unknown', '>', 'a', true, false]
  ]
  for (const [type, operator, literal, value, inside] of cases) {
    t.equal((compileRange(type, operator, literal) as Test)(value, now), inside, `${type} ${String(value)} ${operator} ${literal}`)
  }
})

t.test('a literal that is not of the type gives a reason instead of a test', async (t) => {
  const equalities: [type: FieldType, literal: string, reason: RegExp][] = [
    ['long', 'http', /"http" is no number/], ['double', '0x1f', /no number/], ['long', '5*', /holds a number .* "\*"/],
    ['boolean', 'yes', /neither true nor false/], ['boolean', 't*', /holds a boolean/], ['ip', 'host', /neither an IP address/],
    ['ip', '10.*', /holds an address/], ['date', 'yesterday', /neither a date/], ['date', '2024*', /holds a date/], ['text', '--', /no word/], ['text', '"-"', /no word/]
  ]
  for (const [type, literal, reason] of equalities) t.match(compileEquality(type, valueOf(literal)), reason, `${type} ${literal}`)
  const ranges: [type: FieldType, literal: string, reason: RegExp][] = [
    ['long', 'x', /no number/], ['ip', '10.0.0.0/8x', /IP address/], ['date', 'x', /date/], ['boolean', 'true', /no order/]
  ]
  for (const [type, literal, reason] of ranges) t.match(compileRange(type, '>', literal), reason, `${type} ${literal}`)
})

t.test('case is ignored on request, on fields of text only', async (t) => {
  const options = { caseInsensitive: true }
  for (const type of ['keyword', 'wildcard', 'flattened', 'unknown'] as const) {
    t.equal((compileEquality(type, valueOf('NSLookup'), options) as Test)('nslooKUP', 0), true)
    t.equal((compileEquality(type, valueOf('NS*'), options) as Test)('nslooKUP', 0), true)
    t.equal((compileRange(type, '>', 'B', options) as Test)('a', 0), false)
  }
  t.match(compileEquality('boolean', valueOf('TRUE'), options), /neither/)
})

t.test('a list of texts is looked up together, and the rest one by one', async (t) => {
  const values = ['a', 'B', 'c*'].map(valueOf)

  t.equal(compileAlternatives('keyword', values).tests.length, 2)
  t.equal(meets(compileAlternatives('keyword', values).tests, 'B'), true)
  t.equal(meets(compileAlternatives('keyword', values).tests, 'b'), false)
  t.equal(meets(compileAlternatives('keyword', values).tests, 'cd'), true)
  t.equal(meets(compileAlternatives('caseless', values).tests, 'b'), true)
  t.equal(meets(compileAlternatives('keyword', values, { caseInsensitive: true }).tests, 'b'), true)
  t.equal(compileAlternatives('keyword', values.slice(0, 1)).tests.length, 1)
  t.equal(meets(compileAlternatives('keyword', ['1', 'true'].map(valueOf)).tests, 1), true)
  t.same(compileAlternatives('long', ['1', 'x'].map(valueOf)).mismatches, [{ reason: '"x" is no number', offset: 0 }])
})

function valueOf (source: string): Value {
  return readLiteral(source, 0)?.literal as Value
}

function meets (tests: Test[], value: Scalar): boolean {
  return tests.some((test) => test(value, 0))
}
