import { STATUS_CODES } from 'node:http'

/** Every code that Tripline shows to a person or a shipper, and what it means. README's table is this one. */
export const codes = {
  TRIPLINE_BAD_USAGE: 'the command line is wrong: an unknown command or option, or a value that cannot be read',
  TRIPLINE_BAD_CONFIG: 'the config file, a flag or a plugin option cannot be taken as it is',
  TRIPLINE_BAD_RULE: 'a rule file cannot be read, or holds a rule that could not be applied exactly',
  TRIPLINE_BAD_TEST: 'a rule test file cannot be read',
  TRIPLINE_BAD_INPUT: 'a file to replay cannot be read',
  TRIPLINE_BAD_STATE: 'the state folder cannot be used: it is in use, damaged, or of another version',
  TRIPLINE_INSECURE_LISTEN: 'listening beyond loopback needs credentials or `insecure: true`',
  TRIPLINE_CANNOT_LISTEN: 'the address cannot be listened on',
  TRIPLINE_CANNOT_OPEN_OUTPUT: 'an output cannot be opened',
  TRIPLINE_EMPTY_BODY: 'the request has no body, or one of blanks only',
  TRIPLINE_UNREADABLE_BODY: 'no record of the body can be read',
  TRIPLINE_BAD_ENCODING: 'the body cannot be decompressed as its Content-Encoding says',
  TRIPLINE_UNSUPPORTED_ENCODING: 'the Content-Encoding is none of gzip, deflate, zstd, snappy',
  TRIPLINE_UNSUPPORTED_FORMAT: 'the body is in a format that cannot be read without loss',
  TRIPLINE_BODY_TOO_LARGE: 'the body is larger than `limits.max_body` once inflated',
  TRIPLINE_UNAUTHORIZED: 'the credentials are missing or wrong',
  TRIPLINE_NOT_FOUND: 'there is nothing at this address',
  TRIPLINE_BUSY: 'more bytes are in flight than `limits.in_flight`',
  TRIPLINE_OUTPUT_FULL: 'an output that blocks has a full queue',
  TRIPLINE_DOWNSTREAM_AWAY: 'an inline output did not answer, or asks to wait',
  TRIPLINE_DOWNSTREAM_REFUSED: 'an inline output refuses the batch; it is in the quarantine',
  TRIPLINE_STATE_UNAVAILABLE: 'the state cannot be written',
  TRIPLINE_STOPPING: 'the process is stopping'
} as const

export type Code = keyof typeof codes

/** Where in a text something is wrong; line and column count from 1. */
export interface Place {
  file?: string
  line?: number
  column?: number
}

/** `file:line:column`, as far as it is known. */
export function showPlace ({ file, line, column }: Place): string {
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':')
}

/** A fault that a person mends: says where it is, what is wrong, and what to do. `message` is the whole line. */
export class Fault extends Error {
  override readonly name: string = 'Fault'

  constructor (readonly code: Code, readonly place: Place, readonly reason: string, options?: ErrorOptions) {
    super([code, showPlace(place), reason].filter((part) => part !== '').join(' '), options)
  }
}

/** A rule that cannot be read or cannot be applied exactly. */
export class BadRule extends Fault {
  override readonly name = 'BadRule'

  constructor (place: Place, reason: string, options?: ErrorOptions) {
    super('TRIPLINE_BAD_RULE', place, reason, options)
  }
}

/** A config file, flag or plugin option that cannot be taken. */
export class BadConfig extends Fault {
  override readonly name = 'BadConfig'

  constructor (place: Place, reason: string, options?: ErrorOptions) {
    super('TRIPLINE_BAD_CONFIG', place, reason, options)
  }
}

/** A state folder that cannot be used; the place is the folder or the file in it. */
export class BadState extends Fault {
  override readonly name = 'BadState'

  constructor (path: string, reason: string, options?: ErrorOptions) {
    super('TRIPLINE_BAD_STATE', { file: path }, reason, options)
  }
}

/** Several faults of one start, one at least, all shown at once. */
export class Faults extends Error {
  override readonly name = 'Faults'
  /** Of the first. */
  readonly code: Code

  constructor (readonly faults: readonly Fault[]) {
    super(faults.map((fault) => fault.message).join('\n'))
    this.code = (faults[0] as Fault).code
  }
}

/**
 * The answer to a request that is not taken. `retryAfter` (seconds) makes shippers send it again; a 4xx makes them drop it.
 * `status` is 400, 401, 403, 404, 413, 415, 429 or 503, or the 4xx of a downstream that is passed back.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'

  constructor (readonly status: number, readonly code: Code, message: string, readonly retryAfter?: number) {
    super(message)
  }

  /** The body of the answer, DESIGN section 2.3. */
  toJSON (): { code: Code, error: string, message: string } {
    return { code: this.code, error: STATUS_CODES[this.status] ?? 'Error', message: this.message }
  }
}
