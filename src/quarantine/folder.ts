import { mkdir, open, readdir, readFile, rm, stat, truncate, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Where the files of a quarantine lie. */
export interface Folder {
  /** Names and lengths, in the order of the names. */
  files (): Promise<{ name: string, size: number }[]>
  /** The whole file; of one that is not there nothing. */
  read (name: string): Promise<Buffer>
  /** These parts of a file. Rejects when it is not there. */
  slices (name: string, parts: readonly { offset: number, length: number }[]): Promise<Buffer[]>
  /**
   * Appends whole lines; a line that was cut off before is ended first. Resolves with the place of their first byte
   * when they are safe; when it rejects, they count as not written.
   */
  append (name: string, lines: Buffer): Promise<number>
  /** Removes a file, if it is there. */
  remove (name: string): Promise<void>
}

/** A folder on disk, made when the first line comes. A line is safe when it is on the disk (fsync), its file's name as well. */
export function createDiskFolder (path: string): Folder {
  return {
    async files () {
      const names = (await orElse([], readdir(path))).sort()
      const sizes = await Promise.all(names.map(async (name) => orElse(0, stat(join(path, name)).then(({ size }) => size))))
      return names.map((name, i) => ({ name, size: sizes[i] as number }))
    },
    read: (name) => orElse(Buffer.alloc(0), readFile(join(path, name))),
    async slices (name, parts) {
      return within(await open(join(path, name)), async (file) => {
        const found: Buffer[] = []
        for (const { offset, length } of parts) {
          const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset)
          found.push(buffer.subarray(0, bytesRead))
        }
        return found
      })
    },
    async append (name, lines) {
      const file = join(path, name)
      await mkdir(path, { recursive: true })
      return within(await open(file, 'a+'), (handle) => append(file, handle, lines))
    },
    remove: (name) => rm(join(path, name), { force: true })
  }
}

async function append (path: string, file: FileHandle, lines: Buffer): Promise<number> {
  const { size } = await file.stat()
  try {
    const torn = size > 0 && !await endsWithLineFeed(file, size)
    await file.appendFile(torn ? Buffer.concat([lineFeed, lines]) : lines)
    await file.sync()
    if (size === 0) await syncFolders(path)
    return torn ? size + 1 : size
  } catch (error) {
    // A full disk lets go of bytes even so; where it does not, whoever appends next ends the line that was begun.
    await truncate(path, size).catch(() => {})
    throw error
  }
}

async function endsWithLineFeed (file: FileHandle, size: number): Promise<boolean> {
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer.equals(lineFeed)
}

/** A new file is there after a crash only if the folder that names it is on the disk, and so on upwards. */
async function syncFolders (file: string): Promise<void> {
  for (const folder of [dirname(file), dirname(dirname(file))]) {
    // Windows has no folders to sync.
    await open(folder).then((handle) => within(handle, () => handle.sync())).catch(() => {})
  }
}

async function within<Result> (file: FileHandle, work: (file: FileHandle) => Promise<Result>): Promise<Result> {
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}

const lineFeed = Buffer.from('\n')

/** What stands for a file or a folder that is not there, or not any more. */
async function orElse<Value> (nothing: Value, work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return nothing
    throw error
  }
}
