import type { Config } from '../config.js'
import type { AlertRecord } from '../core/alert.js'
import { version } from '../core/version.js'
import { Fault } from '../errors.js'
import { createOutput } from '../outputs/create-output.js'
import type { Io } from './io.js'

/** Sends one marked test record to each output, and tells the answers on stderr. Gives 1 if one of them did not take it. */
export async function connect ({ outputs }: Config, io: Io): Promise<number> {
  let code = 0
  for (const [name, config] of Object.entries(outputs)) {
    const fault = await tryOutput(name, config, io.clock())
    if (fault !== undefined) code = 1
    io.stderr.write(`output ${name}: ${fault === undefined ? 'took the test record' : `did not take the test record: ${fault}`}\n`)
  }
  return code
}

async function tryOutput (name: string, config: Config['outputs'][string], now: number): Promise<string | undefined> {
  const record = testRecord(now)
  try {
    const output = createOutput(name, config)
    try {
      await output.send([{ position: 1, record, json: JSON.stringify(record) }], AbortSignal.timeout('timeout' in config ? config.timeout : 10_000))
    } finally {
      await output.close()
    }
  } catch (error) {
    return error instanceof Fault ? error.reason : (error as Error).message
  }
}

/** An alert record that opens and ends nothing; whoever reads it knows it by `event.dataset` and `tripline.test`. */
function testRecord (now: number): AlertRecord {
  const time = new Date(now).toISOString()
  const uuid = `tripline-test-${now}`
  return {
    '@timestamp': time,
    message: 'Tripline test record: sent by tripline validate --connect, and no alert',
    event: { kind: 'signal', action: 'close', dataset: 'tripline.test' },
    'kibana.alert.uuid': uuid,
    'kibana.alert.status': 'recovered',
    tripline: { version, record_id: `${uuid}:1`, sequence: 1, test: true }
  } as AlertRecord
}
