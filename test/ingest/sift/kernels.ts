import fc from 'fast-check'
import type { Kernel, SiftText } from '../../../src/ingest/sift/kernel.js'

export function siftText (text: string, number: number): SiftText {
  return { bytes: Buffer.from(text).map((byte) => byte | 0x20), number }
}

/** Puts the text into the window, with zeros behind it. */
export function fill (kernel: Kernel, text: string | Buffer): number {
  const bytes = Buffer.from(text as string)
  kernel.window.set(bytes)
  kernel.window.fill(0, bytes.length, bytes.length + 64)
  return bytes.length
}

/** Position and number of all hits, by position. */
export function searchOnce (kernel: Kernel, text: string | Buffer): [number, number][] | 'too many' {
  const count = kernel.search(fill(kernel, text))
  if (count === -1) return 'too many'
  return Array.from({ length: count }, (_, i): [number, number] => [kernel.hits[2 * i] as number, kernel.hits[2 * i + 1] as number])
    .sort(([a, b], [c, d]) => a - c || b - d)
}

/** The ends that a walk finds, window after window of so many bytes; -1 when it gives up. */
export function walkOver (kernel: Kernel, text: string, { base, step = 65536 }: { base: number, step?: number }): { ends: number[], outside: boolean } | -1 {
  const bytes = Buffer.from(text)
  const ends: number[] = []
  kernel.start()
  for (let at = 0; at < bytes.length; at += step) {
    const count = kernel.walk(0, fill(kernel, bytes.subarray(at, at + step)), base)
    if (count === -1) return -1
    for (let i = 0; i < count; i++) ends.push(at + (kernel.ends[i] as number))
  }
  return { ends, outside: kernel.isOutside() }
}

/** Pieces that texts, escapes and JSON are made of, so that chance meets what matters. */
export const crumbs = fc.array(fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('nslookup.exe', 'NSLookup.EXE', 'nslookup', 'ab', 'w.exe', 'cmd.exe', 'powershell', 'l_p', 'll') },
  { weight: 3, arbitrary: fc.constantFrom('"', '\\', '\\\\', '\\"', '{', '}', '[', ']', ',', ':', ' ', '\n', '{"a":', '"}') },
  { weight: 2, arbitrary: fc.constantFrom('\\u006e', '\\u005C', '\\u003c', '\\u003C!', '\\u0026', '\\u0026#', '\\u0022', '\\u00', '\\u00e4', '\\u4e2d', '|u0041', '&#', '&amp;', '<!', '<?', '<?xml', '<?XML', '<?xm', '\\U0041', '\\u002b', '\\u\u0010\u001041', '\\u0\u001041') },
  fc.string({ maxLength: 9 }),
  fc.nat(90).map((length) => 'x'.repeat(length))
), { maxLength: 60, size: 'max' }).map((parts) => parts.join(''))

/** JSON-like bodies of which quotes and brackets alone tell the borders, or not quite. */
export const nearlyJson = fc.array(fc.oneof(
  { weight: 8, arbitrary: fc.json({ maxDepth: 4 }) },
  { weight: 4, arbitrary: fc.constantFrom(',', '[', ']', '{', '}', ' ') },
  { weight: 1, arbitrary: crumbs }
), { maxLength: 20, size: 'max' }).map((parts) => parts.join(''))
