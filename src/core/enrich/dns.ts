import { hash } from 'node:crypto'
import { copyOf } from '../facts.js'
import { readName, registeredDomain } from './domain.js'
import type { DnsQuestion } from './nslookup.js'
import { Tally } from './tally.js'

/**
 * What was asked of the DNS by the events that an alert counted: the alert's `tripline.dns`. Bounded, however many
 * events come: at most about 200 KiB as state and 40 KiB as JSON.
 */
export class DnsFacts {
  readonly #names: string[]
  readonly #servers: string[]
  readonly #domains: Tally
  readonly #types: Tally
  readonly #seen: Set<number>
  #longest: number
  #entropySum: number
  #entropyCount: number

  constructor (state: DnsState = nothing) {
    this.#names = [...state.names]
    this.#servers = [...state.servers]
    this.#domains = new Tally(state.domains, state.otherDomains)
    this.#types = new Tally(state.types, state.otherTypes)
    this.#seen = readHashes(state.seen)
    this.#longest = state.longest
    this.#entropySum = state.entropySum
    this.#entropyCount = state.entropyCount
  }

  /** Takes up what `toState` gave. */
  static fromState (state: DnsState): DnsFacts {
    return new DnsFacts(state)
  }

  /** Whether nothing was asked, so that there is nothing to tell. */
  get empty (): boolean {
    return this.#seen.size === 0 && this.#types.empty && this.#servers.length === 0
  }

  /** Adds the question of one event. */
  add ({ name, type, server }: DnsQuestion): void {
    if (type !== undefined) this.#types.add(cut(type, maxType))
    if (server !== undefined) keep(this.#servers, cut(server, maxName), maxServers)
    if (name !== undefined) this.#addName(readName(name))
  }

  /** The `dns` object of an alert record. Names and servers in the order in which they first came. */
  toJSON (): DnsSummary {
    return {
      names: [...this.#names],
      domains: this.#domains.top(maxTop),
      types: this.#types.top(maxTop),
      servers: [...this.#servers],
      unique_names: this.#seen.size,
      ...(this.#seen.size === maxUnique && { unique_names_capped: true }),
      longest_name: this.#longest,
      ...(this.#entropyCount > 0 && { mean_label_entropy: Math.round(10 * this.#entropySum / this.#entropyCount) / 10 })
    }
  }

  /** Everything that `fromState` needs, as plain data that survives JSON. */
  toState (): DnsState {
    return {
      names: [...this.#names],
      servers: [...this.#servers],
      domains: this.#domains.entries(),
      otherDomains: this.#domains.other,
      types: this.#types.entries(),
      otherTypes: this.#types.other,
      seen: showHashes(this.#seen),
      longest: this.#longest,
      entropySum: this.#entropySum,
      entropyCount: this.#entropyCount
    }
  }

  #addName (name: string): void {
    const domain = registeredDomain(name)
    this.#domains.add(cut(domain ?? name, maxName))
    this.#longest = Math.max(this.#longest, name.length)
    const key = hashOf(name)
    if (this.#seen.size === maxUnique || this.#seen.has(key)) return
    this.#seen.add(key)
    keep(this.#names, cut(name, maxName), maxNames)
    const labels = domain === undefined ? '' : name.slice(0, name.length - domain.length).replaceAll('.', '')
    if (labels === '') return
    this.#entropySum += entropy(labels)
    this.#entropyCount++
  }
}

/** `tripline.dns` of an alert record, DESIGN section 2.4. */
export interface DnsSummary {
  /** The first 100 distinct names, each cut at 255 characters. */
  names: string[]
  /** Events per registered domain (a name without one counts by itself): the ten largest, the rest as `other`. */
  domains: Record<string, number>
  /** Events per query type: the ten largest, the rest as `other`. */
  types: Record<string, number>
  /** The first 20 distinct servers. */
  servers: string[]
  /** Distinct names, exact up to 10,000. */
  unique_names: number
  /** Present when there may be more names than `unique_names` says. */
  unique_names_capped?: true
  /** Characters of the longest name, dots included. */
  longest_name: number
  /**
   * How random the names look: the Shannon entropy, in bits per character, of the characters left of the registered
   * domain (all labels together, dots left out), as the mean over the distinct names counted, to one decimal. Absent
   * when no name had such characters.
   */
  mean_label_entropy?: number
}

/** `DnsFacts` as plain data. */
export interface DnsState {
  names: string[]
  servers: string[]
  domains: [string, number][]
  otherDomains: number
  types: [string, number][]
  otherTypes: number
  /** Hashes of the distinct names, six bytes each, in base64. */
  seen: string
  longest: number
  entropySum: number
  entropyCount: number
}

const maxNames = 100
const maxServers = 20
const maxTop = 10
const maxUnique = 10_000
// A name of the DNS has at most 255 bytes; a longer text was never one, but still shows what was tried.
const maxName = 255
const maxType = 32

const nothing: DnsState = {
  names: [], servers: [], domains: [], otherDomains: 0, types: [], otherTypes: 0, seen: '', longest: 0, entropySum: 0, entropyCount: 0
}

function keep (list: string[], value: string, limit: number): void {
  if (list.length < limit && !list.includes(value)) list.push(value)
}

function cut (text: string, limit: number): string {
  return text.length <= limit ? text : copyOf(text.slice(0, limit))
}

// 48 bits are a safe integer; two of 10,000 names share one once in five million alerts.
function hashOf (name: string): number {
  return hash('sha256', name, 'buffer').readUIntBE(0, hashBytes)
}

const hashBytes = 6

function showHashes (hashes: Set<number>): string {
  const bytes = Buffer.alloc(hashes.size * hashBytes)
  let offset = 0
  for (const one of hashes) offset = bytes.writeUIntBE(one, offset, hashBytes)
  return bytes.toString('base64')
}

function readHashes (text: string): Set<number> {
  const bytes = Buffer.from(text, 'base64')
  const hashes = new Set<number>()
  for (let offset = 0; offset < bytes.length; offset += hashBytes) hashes.add(bytes.readUIntBE(offset, hashBytes))
  return hashes
}

/** Shannon entropy of a text that is not empty, bits per character. */
function entropy (text: string): number {
  const counts = new Map<string, number>()
  let length = 0
  for (const character of text) {
    counts.set(character, (counts.get(character) ?? 0) + 1)
    length++
  }
  let bits = 0
  for (const count of counts.values()) bits -= count / length * Math.log2(count / length)
  return bits
}
