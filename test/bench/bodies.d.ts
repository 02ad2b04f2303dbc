export const perBatch: number

export interface Template {
  bytes: Buffer
  contentType: string
  records: number
  matched: number
  matchedByHundred: number
}

export interface Body {
  bytes: Buffer
  fill (number: number, time: number, hostOf: (slot: number) => number): void
}

export function createTemplate (spec: { format: 'ndjson' | 'array' | 'msgpack', full?: boolean, share: number }): Template
export function createBody (template: Template): Body
