/** A place in a query: `offset` in UTF-16 units from 0, `line` and `column` from 1. */
export interface QueryPlace {
  readonly offset: number
  readonly line: number
  readonly column: number
}

/** Something in a query that is allowed but probably not meant. */
export interface KqlWarning extends QueryPlace {
  readonly message: string
}

/** A query that cannot be read or applied. The message says what was expected, without the place. */
export class KqlError extends Error implements QueryPlace {
  override readonly name = 'KqlError'
  readonly offset: number
  readonly line: number
  readonly column: number

  constructor (message: string, text: string, offset: number) {
    super(`${message} in  ${excerpt(text, offset)}`)
    const place = placeOf(text, offset)
    this.offset = place.offset
    this.line = place.line
    this.column = place.column
  }
}

/** Where an offset lies in a text. */
export function placeOf (text: string, offset: number): QueryPlace {
  const before = text.slice(0, offset)
  return { offset, line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

// The part of the line that leads up to the place, and a little of what follows.
function excerpt (text: string, offset: number): string {
  const start = Math.max(text.lastIndexOf('\n', offset - 1) + 1, offset - 60)
  const line = text.slice(start, offset + 20).split('\n', 1)[0] as string
  return line.trim() === '' ? text.trim().slice(0, 80) : line.trim()
}
