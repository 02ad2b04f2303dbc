import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { BadRule } from '../errors.js'
import { meant } from './field-reader.js'
import type { FoundFile } from './find-files.js'

/** The rule that a bare `builtin` means. */
const defaultRule = 'nslookup'

// Two levels up from src/rules as from dist/rules.
const folder = new URL('../../rules/', import.meta.url)

/** The names of the rules that come with Tripline: `builtin/NAME` in a config. */
export function builtinNames (): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.toml')).map((name) => name.slice(0, -'.toml'.length)).sort()
}

/** The file of `builtin` or `builtin/NAME`; undefined for any other path. An unknown name is a `BadRule`. */
export function findBuiltin (path: string): FoundFile | undefined {
  const name = path === 'builtin' ? defaultRule : /^builtin\/(.*)$/.exec(path)?.[1]
  if (name === undefined) return undefined
  const names = builtinNames()
  if (!names.includes(name)) throw new BadRule({ file: path }, `is no rule that comes with Tripline: ${meant(name, names)} (a folder of your own is ./builtin)`)
  return { path: fileURLToPath(new URL(`${name}.toml`, folder)), shown: `builtin/${name}` }
}
