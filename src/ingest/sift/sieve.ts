import type { Rule } from '../../core/rule.js'
import type { Body } from '../body.js'
import type { Frames } from '../frames.js'
import { createKernel } from './create-kernel.js'
import type { Kernel, SiftText } from './kernel.js'
import { folded, Numbers } from './numbers.js'
import { numberRange, scan, type Scan, type Stretch, type Walk } from './scan.js'
import { SecondLook } from './second-look.js'

/**
 * Tells, from the bytes of a record, which rules it could satisfy; what could satisfy none need not be decoded.
 *
 * Sound for every record: of each list of a rule's literals one stands in the bytes of what matches
 * (`core/kql/literals.ts`), unless an encoder has written one of their characters in another way. Of these ways there are
 * three, and a record that has one could satisfy any rule: JSON's `\u00XX` for a printable ASCII character, at whatever
 * depth of text inside text, but for the few at which literals are cut (`"&'+<=>` and the backquote); XML's `&#`; and XML's
 * `<!` or `<?`, which may cut a text in two. The last two may have their own first character escaped.
 */
export class Sieve {
  readonly #kernel: Kernel
  /** The rules that a text speaks for, by its number. */
  readonly #spokenFor: Rule[][] = []
  /** Rules of which no text is known, so that every record could satisfy them. */
  readonly #always: Rule[]
  readonly #choices = new Map<string, readonly Rule[]>()
  readonly #secondLook: SecondLook

  /** Without rules everything is let through. */
  constructor (readonly rules?: readonly Rule[], create?: (texts: readonly SiftText[]) => Kernel) {
    const numbers = new Numbers()
    this.#always = []
    for (const rule of rules ?? []) {
      const [texts] = rule.literals
      const list = texts && numbers.of(texts)
      if (list === undefined) this.#always.push(rule)
      for (const number of list ?? []) this.#spokenFor[number] = [...this.#spokenFor[number] ?? [], rule]
    }
    this.#kernel = createKernel([...numbers.texts(), ...hiding.map((text) => ({ bytes: folded(text), number: 0 }))], create)
    this.#secondLook = new SecondLook(rules ?? [])
  }

  /** Whether there is anything to search for: not when every record has to be decoded for every rule. */
  get searches (): boolean {
    return this.rules !== undefined && this.#always.length < this.rules.length
  }

  /** Looks at every byte once: for texts, if it searches for any, and for where the values of a walk end. */
  scan (body: Body, walk?: Walk): Scan {
    return scan(this.#kernel, body, { searches: this.searches, walk })
  }

  /** Tells of frame after frame, each asked for once and in their order, what it could satisfy. */
  choose (frames: Frames, { hits, blind }: Scan): (frame: number) => Choice {
    if (!this.searches) return () => 'any'
    const otherwise = this.#always.length === 0 ? undefined : this.#always
    const numbers: number[] = []
    let hit = 0
    let gap = 0
    return (frame) => {
      const from = frames.starts[frame] as number * numberRange
      const to = frames.ends[frame] as number * numberRange
      while (hit < hits.length && (hits[hit] as number) < from) hit++
      while (gap < blind.length && (blind[gap] as Stretch).to * numberRange <= from) gap++
      if (gap < blind.length && (blind[gap] as Stretch).from * numberRange < to) return 'any'
      if (hit === hits.length || (hits[hit] as number) >= to) return otherwise
      numbers.length = 0
      for (; hit < hits.length && (hits[hit] as number) < to; hit++) {
        const number = (hits[hit] as number) % numberRange
        if (!numbers.includes(number)) numbers.push(number)
      }
      const choice = this.#choiceOf(numbers)
      if (choice === 'any') return choice
      const left = this.#secondLook.narrow(choice, frames.source, frames.starts[frame] as number, frames.ends[frame] as number)
      return left.length === 0 ? undefined : left
    }
  }

  #choiceOf (numbers: readonly number[]): readonly Rule[] | 'any' {
    if (numbers.includes(0)) return 'any'
    const key = numbers.join()
    let choice = this.#choices.get(key)
    if (choice === undefined) {
      const chosen = new Set([...this.#always, ...numbers.flatMap((number) => this.#spokenFor[number] as Rule[])])
      choice = (this.rules as Rule[]).filter((rule) => chosen.has(rule))
      if (this.#choices.size >= maxChoices) this.#choices.clear()
      this.#choices.set(key, choice)
    }
    return choice
  }
}

/** The rules that a record could satisfy, in the order of all rules; undefined when it could satisfy none. */
export type Choice = readonly Rule[] | 'any' | undefined

/** What hides a text, or the beginning of it: see `hides` in the kernel. */
const hiding = ['\\u00', '&#', '<!', '<?']

const maxChoices = 4096
