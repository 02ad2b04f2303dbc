import t from 'tap'

import tripline, * as door from '../src/index.js'

t.test('the package\'s door gives the plugin, and the engine without HTTP', async (t) => {
  t.equal(tripline, door.tripline)
  t.equal(door['module.exports'], tripline, 'what require() gives')
  t.equal(tripline.createDetector, door.createDetector, 'what require() gives has the engine, too')
  t.same(Object.keys(door).sort(), ['BadConfig', 'BadRule', 'Event', 'Fault', 'Faults', 'createDetector', 'default', 'loadRules', 'module.exports', 'tripline'])
})

t.test('rules and detector work together without anything else', async (t) => {
  const rules = door.loadRules(['builtin'])
  const detector = door.createDetector(rules, { maxGroups: 10 })

  const records = Array.from({ length: 15 }, (_, i) => detector.push({
    '@timestamp': new Date(i * 1000).toISOString(),
    host: { id: 'a' },
    event: { category: 'process', type: 'start', id: i },
    process: { name: 'nslookup.exe', args: ['-q=TXT', 'a.example.net'] }
  }, i * 1000)).flat()

  t.match(records, [{ event: { action: 'open' } }])
})
