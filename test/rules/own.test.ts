import t from 'tap'
import { FieldReader } from '../../src/rules/field-reader.js'
import { readOwn } from '../../src/rules/own.js'
import type { Path } from '../../src/rules/places.js'
import { showPath } from '../../src/rules/places.js'

const defaults = { caseInsensitive: false, identity: undefined, twins: true, exceptions: undefined }
const locate = (path: Path) => ({ file: showPath(path) })

function read (own: unknown, entry = {}) {
  const rule = new FieldReader({}, locate, 'rule')
  const read = readOwn({ fields: {}, own, packaged: false, locate }, rule, entry)
  return { read, faults: rule.faults.map(({ message }) => message.replace('TRIPLINE_BAD_RULE ', '')) }
}

const cases: [string, unknown, object, object][] = [
  ['nothing', undefined, {}, {}],
  ['every key', { case_insensitive: true, exceptions: 'a: b', identity: ['x', 'y'], twins: false }, {},
    { caseInsensitive: true, exceptions: 'a: b', identity: ['x', 'y'], twins: false }],
  ['no identity', { identity: 'none' }, {}, { identity: [] }],
  ['the config above the table', { case_insensitive: true, twins: false, identity: 'none' }, { caseInsensitive: false, twins: true, identity: ['z'] }, { identity: ['z'] }],
  ['the config\'s exceptions apart', { exceptions: 'a: b' }, { exceptions: 'c: d' }, { exceptions: 'a: b' }]
]
for (const [title, own, entry, expected] of cases) {
  t.test(`takes ${title}`, async (t) => { t.same(read(own, entry), { read: { ...defaults, ...expected }, faults: [] }) })
}

const faults: [unknown, string][] = [
  ['x', 'tripline rule: tripline must be a table; it is "x"'],
  [{ case_insensitiv: true }, 'tripline.case_insensitiv rule: tripline.case_insensitiv is not known: did you mean case_insensitive?'],
  [{ twins: 'yes' }, 'tripline.twins rule: tripline.twins must be true or false; it is "yes"'],
  [{ identity: 'all' }, 'tripline.identity rule: tripline.identity must be a list of fields, or "none"; it is "all"'],
  [{ identity: [] }, 'tripline.identity rule: tripline.identity must be a list of fields, or "none"; it is []'],
  [{ exceptions: 5 }, 'tripline.exceptions rule: tripline.exceptions must be a text; it is 5']
]
for (const [own, fault] of faults) {
  t.test(`refuses ${JSON.stringify(own)}`, async (t) => { t.same(read(own).faults, [fault]) })
}
