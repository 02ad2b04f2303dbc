import { splitCommandLine } from '../enrich/command-line.js'
import { readNslookup, type DnsQuestion } from '../enrich/nslookup.js'
import type { FieldSource } from '../fields.js'

/**
 * What an nslookup start asks of the DNS: from `process.args`, or from `process.command_line` where the arguments are
 * not given one by one. Undefined for any other event, and when nothing can be told. Knows the program by
 * `process.name`, or by the last part of `process.executable`, in any case; and by the name that was compiled into it,
 * `process.pe.original_file_name`, whatever its file is called now.
 */
export function dnsQuestion (source: FieldSource): DnsQuestion | undefined {
  if (!isNslookup(source)) return undefined
  const { interactive, ...question } = readNslookup(argumentsOf(source))
  return Object.keys(question).length > 0 ? question : undefined
}

const program = /(?:^|[\\/])nslookup(?:\.exe)?$/i

function isNslookup (source: FieldSource): boolean {
  const names = source.values('process.name')
  const known = [...names.length > 0 ? names : source.values('process.executable'), ...source.values('process.pe.original_file_name')]
  return known.some((name) => program.test(String(name)))
}

// A single argument may be a whole command line that nobody has split.
function argumentsOf (source: FieldSource): string[] {
  const args = source.values('process.args')
  if (args.length > 1) return args.map(String)
  return splitCommandLine(String(source.values('process.command_line')[0] ?? args[0] ?? ''))
}
