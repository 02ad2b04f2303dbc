import { readFileSync } from 'node:fs'
import type { HttpOutputConfig } from '../config.js'
import { Fault } from '../errors.js'

/** What `node:tls` takes for a connection. */
export interface TlsOptions {
  ca?: Buffer
  cert?: Buffer
  key?: Buffer
  rejectUnauthorized: boolean
}

/** Reads an output's own CA and client certificate, once. Throws a `Fault` that names the file. */
export function readTlsFiles (output: string, { caFile, certFile, keyFile, rejectUnauthorized = true }: NonNullable<HttpOutputConfig['tls']> = {}): TlsOptions {
  return {
    ...(caFile !== undefined && { ca: readPem(output, caFile) }),
    ...(certFile !== undefined && { cert: readPem(output, certFile) }),
    ...(keyFile !== undefined && { key: readPem(output, keyFile) }),
    rejectUnauthorized
  }
}

/** Whether a connection failed because one end does not trust the other: that stays so until a person mends it. */
export function isCertificateFault ({ code = '' }: NodeJS.ErrnoException): boolean {
  return /CERT|VERIFY/.test(code)
}

function readPem (output: string, file: string): Buffer {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    throw new Fault('TRIPLINE_CANNOT_OPEN_OUTPUT', { file }, `cannot be read for the tls of the output ${output}: ${(error as Error).message}`, { cause: error })
  }
  // Without this, OpenSSL's own words come up at the first connection: "PEM routines::no start line".
  if (!bytes.includes('-----BEGIN ')) throw new Fault('TRIPLINE_CANNOT_OPEN_OUTPUT', { file }, `holds no PEM, as the tls of the output ${output} needs; convert it with openssl`)
  return bytes
}
