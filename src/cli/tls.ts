import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { Config } from '../config.js'
import { BadConfig, Faults } from '../errors.js'

/** What `node:https` takes to listen; with `ca`, a client needs a certificate of it. */
export interface ServerTls {
  cert: Buffer
  key: Buffer
  ca?: Buffer
  requestCert?: boolean
  rejectUnauthorized?: boolean
}

/** Reads the certificates to listen with, and tries whether they fit. Throws `Faults` that name each file. */
export function readTls (tls: Config['tls']): ServerTls | undefined {
  if (tls === undefined) return undefined

  const faults: BadConfig[] = []
  const read = (file: string): Buffer => {
    try {
      return readFileSync(file)
    } catch (error) {
      faults.push(new BadConfig({ file }, `cannot be read for \`tls\`: ${(error as Error).message}`, { cause: error }))
      return Buffer.alloc(0)
    }
  }
  const [cert, key, ca] = [read(tls.certFile), read(tls.keyFile), tls.caFile === undefined ? undefined : read(tls.caFile)]
  if (faults.length > 0) throw new Faults(faults)

  try {
    createSecureContext({ cert, key, ca })
  } catch (error) {
    throw new Faults([new BadConfig({ file: tls.certFile }, `cannot be used with ${tls.keyFile}: ${(error as Error).message}; both must be PEM, and belong together`, { cause: error })])
  }
  return { cert, key, ...(ca !== undefined && { ca, requestCert: true, rejectUnauthorized: true }) }
}
