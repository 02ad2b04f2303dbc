import { version } from '../core/version.js'
import { Fault, Faults } from '../errors.js'
import { readArguments } from './arguments.js'
import type { Arguments, CommandName } from './arguments.js'
import { help } from './help.js'
import type { Io } from './io.js'

type Run = (args: Arguments, io: Io) => Promise<number>

/** Each command brings its own libraries: loaded when it is called for. */
const runs: Record<CommandName, () => Promise<Run>> = {
  run: async () => (await import('./run.js')).run,
  validate: async () => (await import('./validate.js')).validate,
  replay: async () => (await import('./replay.js')).replay,
  test: async () => (await import('./test.js')).test,
  quarantine: async () => (await import('./quarantine.js')).quarantine
}

/** Runs the command line and gives the exit code: 0 fine, 1 a fault was found, 2 wrong usage. Faults stand on stderr, one a line. */
export async function main (argv: readonly string[], io: Io): Promise<number> {
  try {
    const args = readArguments(argv)
    if (args.help) return print(io, help(args.command))
    if (args.version) return print(io, `tripline ${version}\n`)
    const run = await runs[args.command]()
    return await run(args, io)
  } catch (error) {
    if (!(error instanceof Fault || error instanceof Faults)) throw error

    const usage = error instanceof Fault && error.code === 'TRIPLINE_BAD_USAGE'
    io.stderr.write(`${error.message}\n${usage ? 'tripline --help shows all commands and options\n' : ''}`)
    return usage ? 2 : 1
  }
}

function print (io: Io, text: string): number {
  io.stdout.write(text)
  return 0
}
