import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { OutputConfig } from '../config.js'
import type { AlertRecord } from '../core/alert.js'
import { Fault } from '../errors.js'
import { createOutput } from '../outputs/create-output.js'
import type { Output } from '../outputs/output.js'
import type { Delivery } from '../store/store.js'

/** Where a command's alerts go: as fast as they are taken, and without a second try. */
export interface Sinks {
  send (records: readonly AlertRecord[]): Promise<void>
  close (): Promise<void>
}

/** Alerts to these outputs, or as NDJSON to stdout. An output that cannot take them ends the command with its error. */
export function createSinks (outputs: Record<string, OutputConfig> | undefined, { stdout }: { stdout: Writable }): Sinks {
  const opened = Object.entries(outputs ?? { stdout: { type: 'stdout' as const } }).map(([name, config]) =>
    config.type === 'stdout' ? undefined : createOutput(name, config))
  let position = 0

  return {
    async send (records) {
      if (records.length === 0) return
      const deliveries = records.map((record): Delivery => ({ position: ++position, record, json: JSON.stringify(record) }))
      for (const output of opened) {
        if (output === undefined) await write(stdout, deliveries.map(({ json }) => `${json}\n`).join(''))
        else await sendEach(output, deliveries)
      }
    },
    async close () {
      await Promise.all(opened.map((output) => output?.close()))
    }
  }
}

const maxWait = 60_000

async function sendEach (output: Output, deliveries: readonly Delivery[]): Promise<void> {
  try {
    for (const delivery of deliveries) await output.send([delivery], AbortSignal.timeout(maxWait))
  } catch (error) {
    throw new Fault('TRIPLINE_CANNOT_OPEN_OUTPUT', {}, `output ${output.name}: ${(error as Error).message}`, { cause: error })
  }
}

async function write (stream: Writable, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain')
}
