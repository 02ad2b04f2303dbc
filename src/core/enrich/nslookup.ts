import { readName } from './domain.js'

/** What was asked of the DNS, as far as it is known. */
export interface DnsQuestion {
  /** In lower case and without a trailing dot; `.` for the root. An IP address when a reverse lookup was asked for. */
  name?: string
  /** In upper case, as the caller spelt it: `TXT`; not checked against the types that exist. */
  type?: string
  /** The server that was asked, where it is not the default one. */
  server?: string
}

/**
 * Reads the arguments of an nslookup start, the program's name first (it may be missing, or in pieces). Options may
 * stand anywhere, the first other argument is the name, the second the server; `-` in place of the name means
 * interactive, as does no name at all. The last type given wins. Quotes that a splitter left in are removed.
 *
 * Known, from Microsoft's reference and from "DNS on Windows": options begin with `-` and may be cut to their shortest
 * unambiguous form; `type` is another name of `querytype`. The nslookup of old BIND, of the same origin, takes every
 * option that begins with `q` or `ty` as the type, and that is what happens here, in any case. Not known: which other
 * marks than `-` each Windows takes, and what it makes of an argument in wide letters (`－ｑ＝txt`), which its old code
 * pages turn into plain ones. `/`, the typographic dashes and wide letters are read as if it took them: no host name
 * begins so.
 */
export function readNslookup (args: readonly string[]): DnsQuestion & { interactive: boolean } {
  const question: DnsQuestion = {}
  const others: string[] = []
  for (const argument of withoutProgram(args)) {
    const option = plain.test(argument) ? argument : argument.normalize('NFKC')
    if (argument === '-' || !mark.test(option)) {
      others.push(argument)
      continue
    }
    const type = typeOption.exec(option)?.[1]
    if (type !== undefined) question.type = type.toUpperCase()
  }
  const [name = '-', server] = others
  const interactive = name === '-'
  if (!interactive) question.name = readName(name)
  if (server !== undefined) question.server = readName(server)
  return { ...question, interactive }
}

const plain = /^[ -~]*$/
const mark = /^[-/\u00ad\u2010-\u2015\u2212]/u
const typeOption = /^.(?:q[a-z]*|ty[a-z]*)=(.+)$/isu
const program = /(?:^|[\\/])nslookup(?:\.exe)?$/i

/** The arguments behind the program's name, without quotes; empty ones, which some splitters make of two blanks, left out. */
function withoutProgram (args: readonly string[]): string[] {
  const bare = args.map((argument) => argument.replaceAll('"', '').trim())
  const at = bare.findIndex((argument) => program.test(argument))
  const named = at >= 0 && !bare.slice(0, at).some((argument) => mark.test(argument))
  const first = named ? at + 1 : mark.test(bare[0] ?? '') ? 0 : 1
  return bare.slice(first).filter((argument) => argument !== '')
}
