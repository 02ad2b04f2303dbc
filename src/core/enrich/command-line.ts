/**
 * The arguments of a Windows command line, the program's name first and quotes removed: the rules of the C runtime
 * before 2008, which Elastic's Sysmon pipeline follows too. They serve every source here, so that a Security record
 * and a Sysmon record of one process start have the same arguments. Takes linear time, never throws. Gives at most
 * 16,384 arguments: Windows takes no command line beyond 32,767 characters, so no real one has more.
 */
export function splitCommandLine (text: string): string[] {
  const found: string[] = []
  let argument: string | undefined
  let quoted = false
  let position = 0
  while (position < text.length && found.length < maxArguments) {
    piece.lastIndex = position
    const [all, slashes] = piece.exec(text) as unknown as [string, string | undefined]
    position += all.length
    if (slashes !== undefined) {
      const escaped = slashes.length % 2 === 1
      const doubled = !escaped && quoted && text[position] === '"'
      argument = (argument ?? '') + slashes.slice(0, slashes.length >> 1) + (escaped || doubled ? '"' : '')
      if (!escaped) quoted = !quoted
      if (doubled) position++
    } else if (quoted || !blank.test(all)) {
      argument = (argument ?? '') + all
    } else if (argument !== undefined) {
      found.push(argument)
      argument = undefined
    }
  }
  if (argument !== undefined && found.length < maxArguments) found.push(argument)
  return found
}

const maxArguments = 16_384

// A quote with the backslashes before it, which matter nowhere else; or a run of something else. Every character is one of these.
const piece = /(\\*)"|[^ \t"\\]+|\\+|[ \t]+/y
const blank = /^[ \t]/
