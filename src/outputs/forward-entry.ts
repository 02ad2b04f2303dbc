import { encode, ExtData } from '@msgpack/msgpack'

/** `[time, record]`, an entry of the Forward protocol, for a time in ms since 1970. Throws when the record cannot be written as MessagePack. */
export function encodeEntry (time: number, record: unknown): Uint8Array {
  return encode([eventTime(time), record], { maxDepth })
}

/** Seconds and nanoseconds since 1970, 32 bits each: https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1#eventtime-ext-format */
export function eventTime (time: number): ExtData {
  const within = Math.min(Math.max(time || 0, 0), 0xffffffff * 1000)
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(Math.floor(within / 1000), 0)
  bytes.writeUInt32BE((within % 1000) * 1e6, 4)
  return new ExtData(0, bytes)
}

/** Records are read down to 128 levels. */
const maxDepth = 160
