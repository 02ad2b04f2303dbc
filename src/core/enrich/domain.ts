import { getDomain } from 'tldts'

/**
 * The registered domain of a name: one label and the public suffix behind it, `x1.t.example.net` → `example.net`.
 * Only the ICANN part of the public suffix list counts, so that all names below a hosting or dynamic DNS service stay
 * together under its domain; an unknown ending (`corp.local`) counts as a suffix of one label. Undefined for an IP
 * address, a single label, a suffix by itself, and what no registered domain can look like. In any case, with or
 * without trailing dots.
 */
export function registeredDomain (name: string): string | undefined {
  const domain = getDomain(readName(name), options)
  return domain !== null && plausible.test(domain) ? domain : undefined
}

/** A name as it is compared and shown: in lower case, without a trailing dot; the root stays `.`. */
export function readName (text: string): string {
  return text.toLowerCase().replace(/(?<=[^.])\.$/, '')
}

// The name is one already: `extractHostname` would take `a:b` or `user@b` apart as parts of an address.
const options = { extractHostname: false, allowPrivateDomains: false }

// No ASCII but letters, digits, `-` and `_`; no suffix of digits only, as in the short form of an address, `192.168.1`.
// eslint-disable-next-line no-control-regex
const plausible = /^(?!.*\.\d+$)[^\x00-,/:-@[-^`{-\x7f]{1,253}$/
