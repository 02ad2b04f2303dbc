import { createHash, timingSafeEqual } from 'node:crypto'
import { encode } from '@msgpack/msgpack'

/** What both ends must know for a login; a server that knows users only has an empty key. */
export interface ForwardLogin {
  sharedKey?: string
  username?: string
  password?: string
}

/** What the server says first. Nonce and salt are any bytes, sent as text or as binary: they must not pass through UTF-8. */
export interface Hello {
  nonce: Uint8Array
  /** Of the password; empty when the server asks for no user. */
  salt: Uint8Array
}

/**
 * Reads `["HELO", { nonce, auth, keepalive }]`, decoded with strings as bytes; undefined when the message is another.
 * https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1#handshake-messages
 */
export function readHello (message: unknown): Hello | undefined {
  if (!Array.isArray(message) || textOf(message[0]) !== 'HELO') return undefined
  const { nonce, auth } = (typeof message[1] === 'object' && message[1] !== null ? message[1] : {}) as { nonce?: unknown, auth?: unknown }
  return { nonce: bytesOf(nonce), salt: bytesOf(auth) }
}

/** The `PING` that proves that we know the key, and the password if the server asks for it. `host` must not be the server's own name. */
export function encodePing ({ nonce, salt }: Hello, { sharedKey = '', username = '', password = '' }: ForwardLogin, host: string, keySalt: string): Uint8Array {
  const asked = salt.length > 0
  // The salt of the key goes as text, which every server takes.
  return encode(['PING', host, keySalt, digest(keySalt, host, nonce, sharedKey), asked ? username : '', asked ? digest(salt, username, password) : ''])
}

/** Checks the `PONG` that answers our `PING`: undefined when the login holds, else why it does not. */
export function refusalOf (message: unknown, { nonce }: Hello, { sharedKey = '' }: ForwardLogin, keySalt: string): string | undefined {
  if (!Array.isArray(message) || textOf(message[0]) !== 'PONG') return 'the server answers the login with another message'
  if (message[1] !== true) return textOf(message[2]) || 'the server gives no reason'
  const expected = Buffer.from(digest(keySalt, bytesOf(message[3]), nonce, sharedKey))
  const given = bytesOf(message[4])
  // Without this check, any server could say that it knows the key.
  return given.length === expected.length && timingSafeEqual(given, expected) ? undefined : 'the server does not prove that it knows the shared key'
}

/** A string that was decoded as bytes, as text; empty for anything else. */
export function textOf (value: unknown): string {
  return Buffer.from(bytesOf(value)).toString()
}

function bytesOf (value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array()
}

function digest (...parts: (Uint8Array | string)[]): string {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
