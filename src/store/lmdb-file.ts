import { open, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { BadState } from '../errors.js'

/**
 * Looks whether a file can be an LMDB environment of this machine, before LMDB maps it: it trusts what it maps, and a
 * file that was overwritten or cut would end the process with a signal. So would a new one for which there is no room;
 * else a file that is not there, or empty, is fine.
 */
export async function checkFile (path: string): Promise<void> {
  let file
  try {
    file = await open(path, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return checkRoom(path)
    throw new BadState(path, `the state cannot be opened: ${(error as Error).message}; mend that, or choose another folder with --state`, { cause: error })
  }
  try {
    await check(file, path)
  } finally {
    await file.close()
  }
}

// The two meta pages, as liblmdb's MDB_meta lays them out behind a page header of 24 bytes.
const magic = 0xBEEFC0DE
const magicAt = 24
const pageSizeAt = 48
const rootsAt = [88, 136]
const lastPageAt = 144
const transactionAt = 152
const metaLength = 160
const noPage = 0xFFFFFFFFFFFFFFFFn

async function check (file: FileHandle, path: string): Promise<void> {
  const { size } = await file.stat()
  if (size === 0) return checkRoom(path)
  const first = await readMeta(file, 0)
  const pageSize = first?.readUInt32LE(pageSizeAt) ?? 0
  const second = pageSize >= 256 && pageSize <= 65_536 ? await readMeta(file, pageSize) : undefined
  if (first === undefined || second === undefined) throw damaged(path, 'it is no LMDB file')
  const newest = first.readBigUInt64LE(transactionAt) > second.readBigUInt64LE(transactionAt) ? first : second
  const pages = BigInt(Math.floor(size / pageSize))
  if (rootsAt.map((at) => newest.readBigUInt64LE(at)).some((root) => root !== noPage && root >= pages)) throw damaged(path, 'its end is missing')
  // The last pages may never have been written, when nothing stood in them; mapped all the same, they must be there.
  const end = (newest.readBigUInt64LE(lastPageAt) + 1n) * BigInt(pageSize)
  if (end > BigInt(size) && end - BigInt(size) < maxMissing) await file.truncate(Number(end))
}

const maxMissing = 2n ** 40n

/** Only a file of that size tells: a quota is not in the figures of the disk. */
async function checkRoom (path: string): Promise<void> {
  const trial = `${path}.trial`
  try {
    await writeFile(trial, Buffer.alloc(newBytes), { flush: true })
  } catch (error) {
    throw new BadState(path, `there is no room for the state: ${(error as Error).message}; make some, or choose another folder with --state`, { cause: error })
  } finally {
    await rm(trial, { force: true })
  }
}

/** A new environment has 48 KiB, and 8 in its lock file. */
const newBytes = 128 * 1024

async function readMeta (file: FileHandle, at: number): Promise<Buffer | undefined> {
  const meta = Buffer.alloc(metaLength)
  const { bytesRead } = await file.read(meta, 0, metaLength, at)
  return bytesRead === metaLength && meta.readUInt32LE(magicAt) === magic ? meta : undefined
}

/** What to tell a person whose state cannot be read. */
export function damaged (path: string, why: string, cause?: unknown): BadState {
  return new BadState(path, `the state is damaged (${why}): put the file aside if it shall be looked at, or start with another folder, --state DIR`, { cause })
}
