import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { toEcs } from '../../src/core/ecs/to-ecs.js'
import type { FieldMap } from '../../src/core/fields.js'
import { showTime } from '../../src/core/time.js'
import { fullStream, processCreation, readEvents, vectorSamples, winevtlogSamples } from '../fixtures/read-events.js'

const golden = new URL('../fixtures/golden/windows-events.ndjson.gz', import.meta.url)
const files = [processCreation, fullStream, winevtlogSamples, vectorSamples]

t.test('every recorded event is mapped as the golden file says', async (t) => {
  const mapped = files.flatMap((file) => readEvents(file).map((record, i) => JSON.stringify({ file, line: i + 1, ...shown(record) })))
  // As for tap's own snapshots: TAP_SNAPSHOT=1 writes the file anew, and the first 20 of each shape have to be checked again.
  if (process.env['TAP_SNAPSHOT'] === '1') writeFileSync(golden, gzipSync(mapped.join('\n') + '\n', { level: 9 }))

  const expected = gunzipSync(readFileSync(golden)).toString().trimEnd().split('\n')

  t.equal(mapped.length, expected.length)
  for (const [i, line] of mapped.entries()) if (line !== expected[i]) t.same(JSON.parse(line), JSON.parse(expected[i] ?? 'null'))
})

/** What is only handed on is named, not shown: the message, and values that stay as they came. */
function shown (record: FieldMap): object {
  const { shape, mapped } = toEcs(record)
  const { message, 'winlog.event_data': data, ...others } = mapped?.fields ?? {}
  const moment = mapped?.moment ?? {}
  return {
    shape,
    fields: { ...moment.time !== undefined && { '@timestamp': showTime(moment.time) }, ...moment.zone !== undefined && { 'event.timezone': moment.zone }, ...others },
    ...moment,
    message: message === undefined ? 'none' : message === (record['Message'] ?? record['message']) ? 'as it came' : message,
    event_data: data === record || data === record['event_data'] ? 'as it came' : data
  }
}
