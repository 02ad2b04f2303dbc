import type { HttpOutputConfig } from '../config.js'
import { createHttpClient, type HttpAnswer, type HttpClientOptions } from './http-client.js'
import { SendFailed, type Encoding, type InlineOutput } from './output.js'
import { isCertificateFault } from './tls-files.js'

export interface HttpOutputOptions extends Omit<HttpClientOptions, 'config'> {
  config: Pick<HttpOutputConfig, 'format'> & HttpClientOptions['config']
}

/**
 * Posts alert records, or the events that pass: as one JSON array, one object a line, or one object a request. One `send` is one request, so that
 * a failure never makes records that were taken go out again.
 */
export function createHttpOutput (name: string, { config, connections = 1, ...options }: HttpOutputOptions): InlineOutput {
  const { contentType, records, encoding, before, after, between } = formats[config.format]
  const client = createHttpClient(name, { config, connections, ...options })

  return {
    name,
    type: 'http',
    limit: { records, bytes: maxBody - records - 1 },
    encoding,
    width: connections,
    send: (deliveries, signal) => post(`${before}${deliveries.map(({ json }) => json).join(between)}${after}`, signal),
    pass: (events, signal) => post(joined(events), signal),
    close: () => client.close()
  }

  async function post (body: Buffer | string, signal: AbortSignal): Promise<void> {
    let answer: HttpAnswer
    try {
      answer = await client.post(body, contentType, signal)
    } catch (error) {
      throw unheard(error as NodeJS.ErrnoException)
    }
    if (answer.status < 200 || answer.status > 299) throw turnedDown(answer)
  }

  function joined (events: readonly Buffer[]): Buffer {
    const comma = Buffer.from(between)
    return Buffer.concat([Buffer.from(before), ...events.flatMap((event, i) => i === 0 ? [event] : [comma, event]), Buffer.from(after)])
  }
}

// Fluent Bit's in_http takes 4 MiB as a whole, but its pipeline works on chunks of 2 MB; a megabyte suits everybody.
const maxBody = 1024 * 1024

interface Format { contentType: string, records: number, encoding: Encoding, before: string, between: string, after: string }

const formats: Record<HttpOutputConfig['format'], Format> = {
  json: { contentType: 'application/json', records: 1000, encoding: 'json', before: '[', between: ',', after: ']' },
  ndjson: { contentType: 'application/x-ndjson', records: 1000, encoding: 'line', before: '', between: '\n', after: '\n' },
  single: { contentType: 'application/json', records: 1, encoding: 'json', before: '', between: '\n', after: '' }
}

function turnedDown ({ status, text, location, retryAfter }: HttpAnswer): SendFailed {
  const message = [`HTTP ${status}`, location && `redirects to ${location}`, text].filter(Boolean).join(': ')
  if (status === 408 || status === 429 || status >= 500) return new SendFailed('retry', message, retryAfter, { status })
  return new SendFailed(status === 400 || status === 413 || status === 422 ? 'refused' : 'output', message, undefined, { status })
}

/** No answer was heard. A certificate or an option that cannot be used stays so until a person mends it; the rest may pass. */
function unheard (error: NodeJS.ErrnoException): SendFailed {
  const code = error.code ?? ''
  const own = isCertificateFault(error) || code === 'UND_ERR_INVALID_ARG'
  const message = [code, error.message].filter((part) => part !== '').join(': ')
  return new SendFailed(own ? 'output' : 'retry', message, undefined, { cause: error })
}
