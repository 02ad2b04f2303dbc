import { existsSync } from 'node:fs'

/** A test covers the source file that it mirrors, and it alone covers it whole; the others (integration, structure) cover none. */
export default function map (test) {
  const source = test.replace(/^test\//, 'src/').replace(/\.test\.ts$/, '.ts')
  return existsSync(source) ? [source] : null
}
