/** An address as eight groups of 16 bits; IPv4 as the IPv6 block ::ffff:0:0/96, as Elasticsearch keeps it. */
export type Address = readonly number[]

/** Reads an IPv4 or IPv6 address in any spelling; undefined when it is none. */
export function readAddress (text: string): Address | undefined {
  if (text.length > maxLength) return undefined
  return text.includes(':') ? readIpv6(text) : readIpv4(text)
}

/** Reads `address/bits`; undefined when it is no block. */
export function readBlock (text: string): { address: Address, bits: number } | undefined {
  const [, start = '', digits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? []
  const address = readAddress(start)
  const bits = Number(digits) + (start.includes(':') ? 0 : 96)
  return address === undefined || bits > 128 ? undefined : { address, bits }
}

/** Orders addresses: negative, 0 or positive as the first comes before, is, or comes after the second. */
export function compareAddresses (a: Address, b: Address): number {
  for (let i = 0; i < 8; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference !== 0) return difference
  }
  return 0
}

/** Whether an address lies in a block: whether its first `bits` bits are the block's. */
export function isWithin (address: Address, { address: start, bits }: { address: Address, bits: number }): boolean {
  for (let i = 0; i * 16 < bits; i++) {
    const unused = Math.max(0, 16 * (i + 1) - bits)
    if ((address[i] as number) >> unused !== (start[i] as number) >> unused) return false
  }
  return true
}

const maxLength = 64
const octet = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const ipv4 = new RegExp(`^${octet}\\.${octet}\\.${octet}\\.${octet}$`)

function readIpv4 (text: string): Address | undefined {
  const pair = readPair(text)
  return pair === undefined ? undefined : [0, 0, 0, 0, 0, 0xffff, ...pair]
}

function readPair (text: string): [number, number] | undefined {
  const octets = ipv4.exec(text)?.slice(1).map(Number)
  if (octets === undefined) return undefined
  const [a, b, c, d] = octets as [number, number, number, number]
  return [a * 256 + b, c * 256 + d]
}

function readIpv6 (text: string): Address | undefined {
  // A zone (fe80::1%eth0) is of the host that wrote it, not of the address.
  const halves = (text.split('%', 1)[0] as string).split('::')
  if (halves.length > 2) return undefined
  const head = readGroups(halves[0] as string, halves.length === 1)
  const tail = halves.length === 1 ? [] : readGroups(halves[1] as string, true)
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  return [...head, ...Array<number>(missing).fill(0), ...tail]
}

// Only the last group of an address may be an IPv4 address.
function readGroups (text: string, isLast: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    const pair = isLast && i === parts.length - 1 ? readPair(part) : undefined
    if (pair !== undefined) groups.push(...pair)
    else if (/^[\da-f]{1,4}$/i.test(part)) groups.push(parseInt(part, 16))
    else return undefined
  }
  return groups
}
