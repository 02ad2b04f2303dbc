/** Rows in columns under a head of as many cells, two blanks between. Control characters are shown as blanks: a row is one line. */
export function table (head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll(/\p{Cc}/gu, ' ')))
  const widths = head.map((_, i) => Math.max(...lines.map((line) => (line[i] as string).length)))
  return lines.map((line) => line.map((cell, i) => cell.padEnd(widths[i] as number)).join('  ').trimEnd()).join('\n') + '\n'
}
