import type { HttpOutputConfig } from '../config.js'
import type { Delivery } from '../store/store.js'
import { createHttpClient, type HttpAnswer, type HttpClientOptions } from './http-client.js'
import { SendFailed, type Output } from './output.js'
import { isCertificateFault } from './tls-files.js'

export interface HttpOutputOptions extends Omit<HttpClientOptions, 'config' | 'connections'> {
  config: Pick<HttpOutputConfig, 'format'> & HttpClientOptions['config']
}

/**
 * Posts alert records: as one JSON array, one object a line, or one object a request. One `send` is one request, so that
 * a failure never makes records that were taken go out again.
 */
export function createHttpOutput (name: string, { config, ...options }: HttpOutputOptions): Output {
  const { contentType, records, encode } = formats[config.format]
  const client = createHttpClient(name, { config, ...options })

  return {
    name,
    type: 'http',
    limit: { records, bytes: maxBody - records - 1 },
    async send (deliveries, signal) {
      let answer: HttpAnswer
      try {
        answer = await client.post(encode(deliveries), contentType, signal)
      } catch (error) {
        throw unheard(error as NodeJS.ErrnoException)
      }
      if (answer.status < 200 || answer.status > 299) throw turnedDown(answer)
    },
    close: () => client.close()
  }
}

// Fluent Bit's in_http takes 4 MiB as a whole, but its pipeline works on chunks of 2 MB; a megabyte suits everybody.
const maxBody = 1024 * 1024

const formats: Record<HttpOutputConfig['format'], { contentType: string, records: number, encode: (deliveries: readonly Delivery[]) => string }> = {
  json: {
    contentType: 'application/json',
    records: 1000,
    encode: (deliveries) => `[${deliveries.map((delivery) => delivery.json).join(',')}]`
  },
  ndjson: {
    contentType: 'application/x-ndjson',
    records: 1000,
    encode: (deliveries) => deliveries.map((delivery) => `${delivery.json}\n`).join('')
  },
  single: {
    contentType: 'application/json',
    records: 1,
    encode: (deliveries) => deliveries.map((delivery) => delivery.json).join('\n')
  }
}

function turnedDown ({ status, text, location, retryAfter }: HttpAnswer): SendFailed {
  const message = [`HTTP ${status}`, location && `redirects to ${location}`, text].filter(Boolean).join(': ')
  if (status === 408 || status === 429 || status >= 500) return new SendFailed('retry', message, retryAfter)
  return new SendFailed(status === 400 || status === 413 || status === 422 ? 'refused' : 'output', message)
}

/** No answer was heard. A certificate or an option that cannot be used stays so until a person mends it; the rest may pass. */
function unheard (error: NodeJS.ErrnoException): SendFailed {
  const code = error.code ?? ''
  const own = isCertificateFault(error) || code === 'UND_ERR_INVALID_ARG'
  const message = [code, error.message].filter((part) => part !== '').join(': ')
  return new SendFailed(own ? 'output' : 'retry', message, undefined, { cause: error })
}
