/**
 * Lower case for comparisons that ignore case. A character beyond ASCII never becomes an ASCII one, so whoever looks for
 * an ASCII text in raw bytes needs to fold ASCII letters only: the Kelvin sign and the dotted capital I stay themselves.
 */
export function fold (text: string): string {
  return foldsIntoAscii.test(text) ? text.replace(others, (part) => part.toLowerCase()) : text.toLowerCase()
}

const foldsIntoAscii = /[\u0130\u212a]/
const others = /[^\u0130\u212a]+/g
