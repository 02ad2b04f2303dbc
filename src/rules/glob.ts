import { fold } from '../core/kql/fold.js'

/**
 * Whether a whole text fits a pattern: `*` any run of characters, `?` exactly one, a backslash takes the next as it is
 * (Elasticsearch's wildcard query). The time is at most the product of both lengths, whatever the pattern.
 */
export function createGlob (pattern: string, { caseInsensitive = false }: { caseInsensitive?: boolean } = {}): (text: string) => boolean {
  const spell = (text: string) => caseInsensitive ? fold(text) : text
  const steps = readSteps(spell(pattern))
  return (text) => fits(steps, Array.from(spell(text)))
}

type Step = string | typeof one | typeof many
const one = Symbol('one character')
const many = Symbol('any run of characters')

function readSteps (pattern: string): Step[] {
  const steps: Step[] = []
  let taken = false
  for (const character of pattern) {
    if (taken || !'*?\\'.includes(character)) steps.push(character)
    else if (character !== '\\') steps.push(character === '*' ? many : one)
    taken = !taken && character === '\\'
  }
  if (taken) steps.push('\\')
  return steps
}

function fits (steps: readonly Step[], text: readonly string[]): boolean {
  let i = 0
  let step = 0
  // Where the last run began, and how far it reaches by now: the only place to go back to.
  let run = -1
  let reach = 0
  while (i < text.length) {
    if (steps[step] === many) {
      run = step++
      reach = i
    } else if (step < steps.length && (steps[step] === one || steps[step] === text[i])) {
      step++
      i++
    } else if (run >= 0) {
      step = run + 1
      i = ++reach
    } else return false
  }
  while (steps[step] === many) step++
  return step === steps.length
}
