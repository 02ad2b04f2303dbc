import { once } from 'node:events'
import type { Config } from '../config.js'
import type { AlertRecord } from '../core/alert.js'
import { Fault } from '../errors.js'
import { readBatch } from '../ingest/read-batch.js'
import { createOutput } from '../outputs/create-output.js'
import { nest } from '../outputs/nest.js'
import { SendFailed, type Output } from '../outputs/output.js'
import { bytesOf, type Entry } from '../quarantine/entry.js'
import type { Delivery } from '../store/store.js'
import type { Io } from './io.js'
import { createSinkClient, type SinkClient } from './sink-client.js'

/** Sends what was set aside once more: alert records to their output, other records to the sink that runs. */
export interface Retry {
  /** Never rejects; tells a person what was done. */
  send (entry: Entry): Promise<{ taken: boolean, told: string }>
  close (): Promise<void>
}

/** Nothing is opened before it is needed. What does not answer once is not tried again. */
export function createRetry (config: Config, { stdout }: Pick<Io, 'stdout'>): Retry {
  const outputs = new Map<string, Pick<Output, 'send' | 'close'>>()
  const dead = new Map<string, string>()
  let sink: SinkClient | undefined

  return {
    async send (entry) {
      try {
        return { taken: true, told: entry.kind === 'delivery' ? await deliver(entry) : await post(entry) }
      } catch (error) {
        return { taken: false, told: (error as Error).message }
      }
    },
    async close () {
      await Promise.all([...outputs.values(), sink].map((one) => one?.close()))
    }
  }

  async function deliver ({ output: name = '', record }: Entry): Promise<string> {
    const output = config.outputs[name]
    if (output === undefined) throw new Error(`was for the output ${name}, which the config does not have; name the config with --config`)
    if (dead.has(name)) throw new Error(`not tried, for the output ${name} does not work: ${dead.get(name)}`)
    const wanted = (output.nested ? nest({ ...record }) : record) as AlertRecord
    try {
      if (!outputs.has(name)) outputs.set(name, output.type === 'stdout' ? toStdout() : createOutput(name, output))
      await outputs.get(name)?.send([{ position: 1, record: wanted, json: JSON.stringify(wanted) }], AbortSignal.timeout('timeout' in output ? output.timeout : standard))
    } catch (error) {
      if (error instanceof SendFailed && error.kind === 'refused') throw new Error(`the output ${name} refuses it: ${error.message}`)
      const reason = error instanceof Fault ? error.reason : (error as Error).message
      dead.set(name, reason)
      throw new Error(`the output ${name} did not take it: ${reason}`, { cause: error })
    }
    return `sent to the output ${name}`
  }

  async function post (entry: Entry): Promise<string> {
    const bytes = bytesOf(entry)
    if (entry.cut !== undefined) throw new Error(`only the first ${bytes.length} of its ${entry.cut} bytes are kept, which is no record`)
    // The sink would set it aside once more.
    refuseUnreadable(bytes, config.limits.maxRecord)
    sink ??= createSinkClient(config)
    if (dead.has(sink.address)) throw new Error(`not tried, for no sink answers at ${sink.address}`)
    const { status, text } = await sink.post(bytes, entry).catch((error: Error) => {
      dead.set(sink!.address, error.message)
      throw new Error(`no sink answers at ${sink!.address}: ${error.message}; it has to run, and \`listen\` or --listen to name it`)
    })
    if (status !== 200 || !/"rejected":0[,}]/.test(text)) throw new Error(`the sink at ${sink.address} did not take it: HTTP ${status}: ${text.slice(0, maxText)}`)
    return `taken by the sink at ${sink.address}: ${text}`
  }

  function toStdout (): Pick<Output, 'send' | 'close'> {
    return {
      async send (deliveries: readonly Delivery[]) {
        for (const { json } of deliveries) if (!stdout.write(`${json}\n`)) await once(stdout, 'drain')
      },
      close: async () => {}
    }
  }
}

const standard = 10_000
const maxText = 300

function refuseUnreadable (bytes: Buffer, maxRecord: number): void {
  const reason = unreadableBecause(bytes, maxRecord)
  if (reason !== undefined) throw new Error(`still cannot be read: ${reason}`)
}

function unreadableBecause (bytes: Buffer, maxRecord: number): string | undefined {
  try {
    return readBatch(bytes, { maxRecord }).rejected.at(0)?.reason
  } catch (error) {
    return (error as Error).message
  }
}
