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
  if (bytes.length === 0 || bytes.length !== bytes.buffer.byteLength) return
  transfer ??= findTransfer()
  try {
    transfer.call(bytes.buffer as ArrayBuffer, 0)
  } catch {
    // A buffer that cannot be taken away stays: it is a help, and no batch may fail for it.
  }
}

/**
 * ECMAScript's `ArrayBuffer.prototype.transfer`. Node 20 has it, but shows it only to a context that begins under a flag.
 * Where it is nowhere, nothing is given back.
 */
export function findTransfer (native = (ArrayBuffer.prototype as { transfer?: Transfer }).transfer, runElsewhere: (code: string) => unknown = runInNewContext): Transfer {
  if (native !== undefined) return native
  setFlagsFromString('--harmony-rab-gsab-transfer')
  const found = runElsewhere('ArrayBuffer.prototype.transfer') as Transfer | undefined
  setFlagsFromString('--no-harmony-rab-gsab-transfer')
  return found ?? (() => {})
}

type Transfer = (this: ArrayBuffer, newLength: number) => unknown

let transfer: Transfer | undefined
