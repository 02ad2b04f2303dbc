import t from 'tap'
import { readGrouping, readThreshold } from '../../src/rules/counting.js'
import { FieldReader } from '../../src/rules/field-reader.js'

function readerOf (fields: object): FieldReader {
  return new FieldReader(fields, () => ({}), 'rule')
}
const reasons = ({ faults }: FieldReader) => faults.map(({ reason }) => reason.replace('rule: ', ''))
const base = { field: ['host.id'], value: 15 }
const plain = { groupBy: ['host.id'], threshold: 15, cardinality: undefined, suppression: undefined }

const thresholds: [string, object, object][] = [
  ['fields and value', { threshold: base }, {}],
  ['no fields', { threshold: { field: [], value: 1 } }, { groupBy: [], threshold: 1 }],
  ['five fields', { threshold: { field: [...'abcde'], value: 1 } }, { groupBy: [...'abcde'], threshold: 1 }],
  ['a cardinality', { threshold: { ...base, cardinality: [{ field: 'user.name', value: 1024 }] } }, { cardinality: { field: 'user.name', value: 1024 } }],
  ['an empty cardinality', { threshold: { ...base, cardinality: [] } }, {}],
  ['a cardinality of none', { threshold: { ...base, cardinality: [{ field: 'user.name', value: 0 }] } }, {}],
  ['a suppression', { threshold: base, alert_suppression: { duration: { value: 2, unit: 'h' } } }, { suppression: { duration: 7_200_000 } }]
]
for (const [title, fields, expected] of thresholds) {
  t.test(`a threshold with ${title}`, async (t) => {
    const reader = readerOf(fields)

    t.same(readThreshold(reader), { ...plain, ...expected })

    t.same(reasons(reader), [])
  })
}

const thresholdFaults: [object, string[]][] = [
  [{}, ['threshold must be a table with field and value; it is missing']],
  [{ threshold: 15 }, ['threshold must be a table with field and value; it is 15']],
  [{ threshold: { field: [] } }, ['threshold.value must be a whole number of 1 or more; it is missing']],
  [{ threshold: { ...base, value: 0 } }, ['threshold.value must be a whole number of 1 or more; it is 0']],
  [{ threshold: { ...base, value: 1.5 } }, ['threshold.value must be a whole number of 1 or more; it is 1.5']],
  [{ threshold: { ...base, valeu: 1 } }, ['threshold.valeu is not known: did you mean value?']],
  [{ threshold: { field: [...'abcdef'], value: 1 } }, ['threshold.field must name 5 fields at most; it names 6']],
  [{ threshold: { field: ['a', 'b', 'a'], value: 1 } }, ['threshold.field names a twice']],
  [{ threshold: { field: ['a', 5], value: 1 } }, ['threshold.field[1] must be a text that is not empty; it is 5']],
  [{ threshold: { ...base, cardinality: ['x'] } }, ['threshold.cardinality[0] must be a table with field and value; it is "x"']],
  [{ threshold: { ...base, cardinality: [{ value: 3 }] } }, ['threshold.cardinality[0].field must be a text that is not empty; it is missing']],
  [{ threshold: { ...base, cardinality: [{ field: 'u', value: -1 }] } }, ['threshold.cardinality[0].value must be a whole number of 0 or more; it is -1']],
  [{ threshold: { ...base, cardinality: [{ field: 'u', value: 1025 }] } }, ['threshold.cardinality[0].value must be 1024 at most, as that many distinct values are kept per group; it is 1025']],
  [{ threshold: { ...base, cardinality: [{ field: 'host.id', value: 2 }] } }, ['threshold.cardinality[0].field is host.id, which is a group field too: within a group it has one value only']],
  [{ threshold: base, alert_suppression: {} }, ['alert_suppression must have a duration: { value = 1, unit = "h" }']],
  [{ threshold: base, alert_suppression: { group_by: ['a'], duration: { value: 1, unit: 'm' } } }, ['alert_suppression.group_by is not known: known here: duration']],
  [{ threshold: base, alert_suppression: { duration: { value: 0, unit: 'd' } } },
    ['alert_suppression.duration.value must be a whole number of 1 or more; it is 0', 'alert_suppression.duration.unit must be one of s, m, h; it is "d"']]
]
for (const [fields, faults] of thresholdFaults) {
  t.test(`a threshold rule is refused for ${faults[0]}`, async (t) => {
    const reader = readerOf(fields)

    readThreshold(reader)

    t.same(reasons(reader), faults)
  })
}

t.test('more than one cardinality is a warning, the first is applied', async (t) => {
  const reader = readerOf({ threshold: { ...base, cardinality: [{ field: 'a', value: 2 }, { field: 'b', value: 3 }] } })

  t.same(readThreshold(reader).cardinality, { field: 'a', value: 2 })

  t.match(reader.warnings, [{ text: /more than one condition/ }])
})

const groupings: [string, object, object, string[]][] = [
  ['none', {}, { groupBy: [], threshold: 1 }, []],
  ['fields alone', { group_by: ['a'] }, { groupBy: ['a'], threshold: 1, suppression: { duration: 300_000, missingFields: 'suppress' } }, []],
  ['all there is', { group_by: ['a', 'b'], duration: { value: 10, unit: 's' }, missing_fields_strategy: 'doNotSuppress' },
    { groupBy: ['a', 'b'], threshold: 1, suppression: { duration: 10_000, missingFields: 'doNotSuppress' } }, []],
  ['no fields', { group_by: [] }, { groupBy: [] }, ['alert_suppression.group_by must name 1 to 5 fields']],
  ['an unknown strategy', { group_by: ['a'], missing_fields_strategy: 'maybe' }, {}, ['alert_suppression.missing_fields_strategy must be one of suppress, doNotSuppress; it is "maybe"']]
]
for (const [title, suppression, expected, faults] of groupings) {
  t.test(`a query rule's suppression with ${title}`, async (t) => {
    const reader = readerOf(title === 'none' ? {} : { alert_suppression: suppression })

    t.match(readGrouping(reader, { interval: 300_000 }), expected)

    t.same(reasons(reader), faults)
  })
}
