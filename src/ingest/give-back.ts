import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Gives the memory of these bytes back at once, unless they are a part of a larger buffer. Whoever still has them sees
 * them empty. Left alone they would wait for V8's next collection, together with hundreds of others, so that whatever
 * comes next is written to memory that no cache holds, and collections are due sooner.
 *
 * Not for bytes that somebody works on who is no JavaScript: a socket that they are being sent on, zlib's pool.
 */
export function giveBack (bytes: Buffer): void {
  transfer ??= findTransfer()
  if (bytes.length > 0 && bytes.length === bytes.buffer.byteLength) transfer.call(bytes.buffer as ArrayBuffer, 0)
}

/** ECMAScript's `ArrayBuffer.prototype.transfer`. Node 20 has it, but shows it only to a context that begins under a flag. */
export function findTransfer (native = (ArrayBuffer.prototype as { transfer?: Transfer }).transfer): Transfer {
  if (native !== undefined) return native
  setFlagsFromString('--harmony-rab-gsab-transfer')
  const found = runInNewContext('ArrayBuffer.prototype.transfer') as Transfer
  setFlagsFromString('--no-harmony-rab-gsab-transfer')
  return found
}

type Transfer = (this: ArrayBuffer, newLength: number) => ArrayBuffer

let transfer: Transfer | undefined
