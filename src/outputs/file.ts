import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { FileOutputConfig } from '../config.js'
import { SendFailed, type InlineOutput } from './output.js'

export interface FileOutputOptions {
  config: Pick<FileOutputConfig, 'path'>
}

/**
 * Appends alert records, or the events that pass, to a file, one a line; a `send` resolves when they are on the disk (fsync). The file and its
 * folders are made when the first record comes. `reopen` lets go of a file that was moved away: the next record makes
 * a new one. A line that was cut off, by a full disk or a crash, is ended before the next one begins.
 */
export function createFileOutput (name: string, { config: { path } }: FileOutputOptions): InlineOutput {
  // Not pino's destination: asynchronous, it throws at the exit of the process when the file could not be opened and
  // goes dumb after EPIPE; synchronous, every fsync holds up all requests.
  let file: FileHandle | undefined
  let sending = false
  let moved = false

  return {
    name,
    type: 'file',
    limit: { records: 1000, bytes: 1024 * 1024 },
    encoding: 'line',
    width: 1,
    send: (deliveries, signal) => write(Buffer.from(deliveries.map((delivery) => `${delivery.json}\n`).join('')), signal),
    pass: (events, signal) => write(Buffer.concat(events.flatMap((event) => [event, lineFeed])), signal),
    reopen () {
      if (sending) moved = true
      else release()
    },
    async close () {
      await release()
    }
  }

  async function write (lines: Buffer, signal: AbortSignal): Promise<void> {
    sending = true
    try {
      await unlessAborted(signal, append(lines))
    } catch (error) {
      // The next try looks at what this one has left in the file.
      release()
      throw failure(path, error as NodeJS.ErrnoException)
    } finally {
      sending = false
      if (moved) release()
    }
  }

  async function append (lines: Buffer): Promise<void> {
    const torn = file === undefined
    file ??= await openFile(path)
    await file.appendFile(torn && await endsInMidLine(file) ? Buffer.concat([lineFeed, lines]) : lines)
    await sync(file)
  }

  async function release (): Promise<void> {
    const old = file
    moved = false
    file = undefined
    // Whatever was promised is on the disk already, so closing has nothing to tell.
    await old?.close().catch(() => {})
  }
}

const lineFeed = Buffer.from('\n')

async function openFile (path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true })
  return open(path, 'a+')
}

/** Whether the file holds something after its last line feed. */
async function endsInMidLine (file: FileHandle): Promise<boolean> {
  const stats = await file.stat()
  if (!stats.isFile() || stats.size === 0) return false
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, stats.size - 1)
  return buffer.toString() !== '\n'
}

async function sync (file: FileHandle): Promise<void> {
  try {
    await file.sync()
  } catch (error) {
    // A pipe or a device takes what is written, but has no disk to wait for.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error
  }
}

async function unlessAborted (signal: AbortSignal, work: Promise<void>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

function failure (path: string, error: NodeJS.ErrnoException): SendFailed {
  const kind = ownFaults.has(error.code ?? '') ? 'output' : 'retry'
  return new SendFailed(kind, `${path} cannot be written: ${error.message}`, undefined, { cause: error })
}

// A full or broken disk may pass; these stay until a person mends them.
const ownFaults = new Set(['EACCES', 'EPERM', 'EISDIR', 'ENOTDIR', 'EEXIST', 'EROFS', 'ELOOP', 'ENAMETOOLONG'])
