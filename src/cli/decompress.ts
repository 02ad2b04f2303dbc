import { Readable, pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Decompress } from 'fzstd'

export type Chunks = AsyncIterable<Buffer>

/** The bytes inflated if their head says gzip or zstd, else as they are. Broken data throws when it is reached. */
export async function * decompress (chunks: Chunks): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]()
  let head: Buffer = Buffer.alloc(0)
  while (head.length < 4) {
    const { value, done } = await iterator.next()
    if (done === true) break
    head = head.length === 0 ? value : Buffer.concat([head, value])
  }

  const all = rejoin(head, iterator)
  if (head.length >= 2 && head.readUInt16BE() === 0x1f8b) yield * gunzip(all)
  else if (head.length < 4 || head.readUInt32BE() !== 0x28b52ffd) yield * all
  else yield * inflateZstd(all)
}

async function * rejoin (head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
}

async function * gunzip (chunks: Chunks): AsyncGenerator<Buffer> {
  const inflate = createGunzip()
  // A fault of the source reaches the reader through the stream, which the pipeline destroys with it.
  pipeline(Readable.from(chunks), inflate, () => {})
  for await (const chunk of inflate) yield chunk as Buffer
}

// Node's own zstd, where it has one, stops silently behind the first of several frames.
// A block of four bytes may hold 128 KiB: small steps bound what one step can inflate to.
const step = 1024

async function * inflateZstd (chunks: Chunks): AsyncGenerator<Buffer> {
  const inflated: Buffer[] = []
  const zstd = new Decompress((bytes) => { inflated.push(Buffer.from(bytes)) })
  for await (const chunk of chunks) {
    for (let i = 0; i < chunk.length; i += step) {
      zstd.push(chunk.subarray(i, i + step))
      yield * inflated.splice(0)
    }
  }
  zstd.push(new Uint8Array(0), true)
  yield * inflated.splice(0)
}
