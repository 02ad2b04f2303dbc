import type { Folder } from './folder.js'

/** The folder of `state: memory`: ends with the process. */
export function createMemoryFolder (): Folder {
  const files = new Map<string, Buffer>()
  return {
    files: async () => [...files].map(([name, { length }]) => ({ name, size: length })).sort((one, other) => one.name < other.name ? -1 : 1),
    read: async (name) => files.get(name) ?? Buffer.alloc(0),
    async slices (name, parts) {
      const file = files.get(name)
      if (file === undefined) throw Object.assign(new Error(`${name} is not there`), { code: 'ENOENT' })
      return parts.map(({ offset, length }) => file.subarray(offset, offset + length))
    },
    async append (name, lines) {
      const before = files.get(name) ?? Buffer.alloc(0)
      files.set(name, Buffer.concat([before, lines]))
      return before.length
    },
    async remove (name) { files.delete(name) }
  }
}
