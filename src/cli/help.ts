import { commands, options } from './arguments.js'
import type { Command, CommandName, Option } from './arguments.js'

/** What `--help` shows: of the one command, or for `run` of everything. */
export function help (name: CommandName): string {
  const command: Command = commands[name]
  const usage = ['tripline', command.usage, '[options]'].filter((part) => part !== '').join(' ')
  const parts = [`Usage: ${usage}\n${sentence(command.about)}`]

  if (name === 'run') {
    const others = Object.entries<Command>(commands).filter(([other]) => other !== 'run')
    parts.push(`Commands (tripline COMMAND --help tells more):\n${columns(others.map(([, { usage, about }]) => [usage, about]))}`)
  }
  parts.push(`Options:\n${columns(command.options.map((option) => [spelling(option, options[option]), options[option].about]))}`)
  parts.push('Exit codes: 0 fine, 1 a fault was found, 2 wrong usage.')
  return `${parts.join('\n\n')}\n`
}

function spelling (name: string, { short, value }: Option): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
}

function columns (rows: [string, string][]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}

function sentence (text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
