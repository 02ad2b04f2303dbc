import { readConfig } from '../config.js'
import type { Config } from '../config.js'
import { BadState, Fault } from '../errors.js'
import { nearest } from '../nearest.js'
import type { Entry } from '../quarantine/entry.js'
import { createDiskFolder } from '../quarantine/folder.js'
import type { Folder } from '../quarantine/folder.js'
import { quarantinePath } from '../quarantine/quarantine.js'
import { readWaiting, segmentOf, writeMarks } from '../quarantine/segments.js'
import type { Arguments } from './arguments.js'
import type { Io } from './io.js'
import { createRetry } from './retry.js'
import { table } from './table.js'

/**
 * `tripline quarantine list|show|retry`: shows what was set aside, and sends it again, while the sink runs or not. The
 * exit code says whether everything that was asked for was there, and went through.
 */
export async function quarantine (args: Arguments, io: Io): Promise<number> {
  const [name, ...ids] = args.files as [string, ...string[]]
  const action = actions.get(name)
  if (action === undefined) throw badUsage(`"${name}" is nothing that quarantine does${meant(nearest(name, [...actions.keys()]))}; it does: ${[...actions.keys()].join(', ')}`)
  const wrong = action.wrong({ ids, all: args.all })
  if (wrong !== undefined) throw badUsage(wrong)

  const config = await readConfig({ file: args.config, flags: args.flags, env: io.env })
  if (config.state === 'memory') throw new BadState('memory', 'with `state: memory` the quarantine is in the memory of the sink and ends with it; only with a state folder can it be looked at')
  const path = quarantinePath(config.state.dir)
  try {
    return await action.run({ ids, config, folder: createDiskFolder(path), io })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    throw new BadState(path, `the quarantine cannot be read: ${(error as Error).message}; run this as the user that the sink runs as`, { cause: error })
  }
}

interface Asked { ids: string[], config: Config, folder: Folder, io: Io }

interface Action {
  /** What is wrong with the rest of the command line. */
  wrong (given: { ids: string[], all: boolean }): string | undefined
  run (asked: Asked): Promise<number>
}

const actions = new Map<string, Action>([
  ['list', {
    wrong: ({ ids, all }) => ids.length > 0 || all ? 'quarantine list takes nothing more: it lists all; quarantine show ID shows one' : undefined,
    run: list
  }],
  ['show', {
    wrong: ({ ids, all }) => ids.length === 0 || all ? 'quarantine show needs ids: tripline quarantine show ID...; quarantine list shows them' : undefined,
    run: show
  }],
  ['retry', {
    wrong: ({ ids, all }) => (ids.length > 0) === all ? 'quarantine retry needs ids or --all: tripline quarantine retry ID..., or --all; quarantine list shows the ids' : undefined,
    run: retry
  }]
])

async function list ({ folder, io }: Asked): Promise<number> {
  const rows: string[][] = []
  for await (const entry of readWaiting(folder)) rows.push([entry.id, entry.time, entry.kind, shorten(entry.reason), sourceOf(entry)])
  io.stdout.write(table(['ID', 'TIME', 'KIND', 'REASON', 'SOURCE OR OUTPUT'], rows))
  return 0
}

async function show ({ ids, folder, io }: Asked): Promise<number> {
  const missing = new Set(ids)
  for await (const entry of readWaiting(folder)) {
    if (missing.delete(entry.id)) io.stdout.write(`${JSON.stringify(entry, null, 2)}\n`)
  }
  return tellMissing(missing, io)
}

async function retry ({ ids, config, folder, io }: Asked): Promise<number> {
  const missing = new Set(ids)
  const counts = { done: 0, left: 0 }
  const again = createRetry(config, io)
  try {
    for await (const entry of readWaiting(folder)) {
      if (!missing.delete(entry.id) && ids.length > 0) continue
      const { taken, told } = await again.send(entry)
      const marked = taken ? await mark(folder, entry, io.clock()) : ''
      if (taken && marked === '') counts.done++
      else counts.left++
      io.stderr.write(`${entry.id} ${told}${marked}\n`)
    }
  } finally {
    await again.close()
  }
  const code = tellMissing(missing, io)
  io.stderr.write(`retried ${counts.done + counts.left}: ${counts.done} done, ${counts.left} still in the quarantine\n`)
  return counts.left > 0 ? 1 : code
}

/** Gives what went wrong. */
async function mark (folder: Folder, { id }: Entry, time: number): Promise<string> {
  try {
    await writeMarks(folder, segmentOf(id), { ids: [id], time, by: 'retried' })
    return ''
  } catch (error) {
    return `, but cannot be marked as done: ${(error as Error).message}`
  }
}

function tellMissing (missing: ReadonlySet<string>, io: Io): number {
  for (const id of missing) io.stderr.write(`${id} is not in the quarantine, or is done; tripline quarantine list shows what is there\n`)
  return missing.size > 0 ? 1 : 0
}

function sourceOf ({ kind, output, tag, address, shipper }: Entry): string {
  if (kind === 'delivery') return output as string
  return [tag, address, shipper].filter((part) => part !== undefined).join(' ') || '-'
}

const maxReason = 80

function shorten (reason: string): string {
  return reason.length > maxReason ? `${reason.slice(0, maxReason - 1)}…` : reason
}

function meant (name: string | undefined): string {
  return name === undefined ? '' : `; did you mean ${name}?`
}

function badUsage (reason: string): Fault {
  return new Fault('TRIPLINE_BAD_USAGE', {}, reason)
}
