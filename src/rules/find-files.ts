import { readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { BadRule } from '../errors.js'

/**
 * The files at a path whose names end as told: the file itself, or those of a folder and all folders below it, sorted
 * by name. Names that start with a dot are passed over: a Kubernetes volume keeps every file there a second time.
 */
export function findFiles (path: string, { shown = path, endings, refuse = refuseRule }: FindOptions): FoundFile[] {
  let stats
  try {
    stats = statSync(path)
  } catch (cause) {
    throw refuse(shown, 'is not there, or may not be read: check the path', cause)
  }
  if (!stats.isDirectory()) {
    if (!endings.some((ending) => path.endsWith(ending))) throw refuse(shown, `must be a folder, or a file whose name ends in ${endings.join(', ')}`)
    return [{ path, shown }]
  }
  const found = walk({ path, shown }, endings, new Set())
  if (found.length === 0) throw refuse(shown, `holds no file whose name ends in ${endings.join(', ')}`)
  return found
}

export interface FoundFile {
  path: string
  /** As a person would write it, for messages. */
  shown: string
}

interface FindOptions {
  shown?: string
  endings: readonly string[]
  /** Makes the error of a path that cannot be taken. */
  refuse?: (file: string, reason: string, cause?: unknown) => Error
}

function refuseRule (file: string, reason: string, cause?: unknown): BadRule {
  return new BadRule({ file }, reason, { cause })
}

/** `passed` are the folders above, by their real paths: a link to one of them would never end. */
function walk (folder: FoundFile, endings: readonly string[], passed: ReadonlySet<string>): FoundFile[] {
  const real = realpathSync(folder.path)
  if (passed.has(real)) return []
  return readdirSync(folder.path).filter((name) => !name.startsWith('.')).sort().flatMap((name) => {
    const found = { path: join(folder.path, name), shown: join(folder.shown, name) }
    // A link that leads nowhere is kept, so that whoever opens it says so.
    if (statSync(found.path, { throwIfNoEntry: false })?.isDirectory() === true) return walk(found, endings, new Set([...passed, real]))
    return endings.some((ending) => name.endsWith(ending)) ? [found] : []
  })
}
