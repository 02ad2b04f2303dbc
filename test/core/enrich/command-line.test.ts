import fc from 'fast-check'
import t from 'tap'
import { splitCommandLine } from '../../../src/core/enrich/command-line.js'

const cases: [string, string, string[]][] = [
  ['separates at blanks', 'nslookup -q=txt a.example', ['nslookup', '-q=txt', 'a.example']],
  ['takes a run of blanks as one', '"C:\\Windows\\system32\\nslookup.exe" -type=TXT  a.example', ['C:\\Windows\\system32\\nslookup.exe', '-type=TXT', 'a.example']],
  ['removes quotes around an argument', 'nslookup "-q=txt" a.example', ['nslookup', '-q=txt', 'a.example']],
  ['removes quotes inside an argument', 'nslookup -q="txt" a.example', ['nslookup', '-q=txt', 'a.example']],
  ['drops a trailing blank', '"C:\\Windows\\system32\\notepad.exe" ', ['C:\\Windows\\system32\\notepad.exe']],
  ['drops a leading blank', '  nslookup', ['nslookup']],
  ['ends the quoted part at a doubled quote, which stays', 'cmd /c "echo ""hi"" there"', ['cmd', '/c', 'echo "hi', 'there']],
  ['halves backslashes before a quote', 'tool "C:\\dir\\\\" next', ['tool', 'C:\\dir\\', 'next']],
  ['takes an escaped quote literally', 'tool a\\\\\\"b c', ['tool', 'a\\"b', 'c']],
  ['breaks an unquoted path at its blank', 'C:\\Program Files\\X\\y.exe -z', ['C:\\Program', 'Files\\X\\y.exe', '-z']],
  ['keeps an empty quoted argument', 'tool ""', ['tool', '']],
  ['separates at tabs', 'nslookup\t-qt=any\tx', ['nslookup', '-qt=any', 'x']],
  ['keeps backslashes that stand before no quote', 'tool \\\\server\\share\\ x\\', ['tool', '\\\\server\\share\\', 'x\\']],
  ['reads an unclosed quote to the end', 'tool "a b  ', ['tool', 'a b  ']],
  ['reads three quotes as an opening one and a literal one that closes', '"""a b', ['"a', 'b']],
  ['reads an escaped quote inside quotes before a doubled one', '"a\\"""b c', ['a""b', 'c']],
  ['separates at no other white space', 'a\u00a0b\nc', ['a\u00a0b\nc']],
  ['gives nothing for nothing', '', []],
  ['gives nothing for blanks', ' \t ', []]
]

for (const [title, text, expected] of cases) {
  t.test(title, async (t) => {
    t.strictSame(splitCommandLine(text), expected)
  })
}

t.test('gives back any arguments that were quoted by the documented rules', async (t) => {
  const character = fc.constantFrom('a', '-', '=', ' ', '\t', '"', '\\', 'ü')
  const argument = fc.string({ unit: character, maxLength: 12 })

  fc.assert(fc.property(fc.array(argument, { maxLength: 8 }), (list) => {
    const text = list.map(quote).join(' ')

    t.strictSame(splitCommandLine(text), list)
  }))
})

t.test('follows the documented rules, one character after the other', async (t) => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', '=', ' ', '\t', '"', '\\'), maxLength: 24 }), (text) => {
    t.strictSame(splitCommandLine(text), splitSlowly(text), JSON.stringify(text))
  }), { numRuns: 2000 })
})

t.test('gives back plain arguments as they are, however many blanks stand between them', async (t) => {
  const plain = fc.string({ unit: fc.constantFrom('a', '-', '=', '/', '.', '\u2013', 'é', '\\'), minLength: 1, maxLength: 10 })
  const gap = fc.constantFrom(' ', '  ', '\t', ' \t ')

  fc.assert(fc.property(fc.array(fc.tuple(plain, gap), { maxLength: 8 }), (pieces) => {
    t.strictSame(splitCommandLine(pieces.flat().join('')), pieces.map(([argument]) => argument))
  }))
})

t.test('never makes an argument longer than the text', async (t) => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('"', '\\', ' ', 'a') }), (text) => {
    const total = splitCommandLine(text).join('').length

    t.ok(total <= text.length)
  }))
})

t.test('stops at the most arguments that a real command line can have', async (t) => {
  t.equal(splitCommandLine('a '.repeat(20_000)).length, 16_384)
  t.equal(splitCommandLine('a '.repeat(16_384) + 'b').length, 16_384)
  t.equal(splitCommandLine('a '.repeat(16_383) + 'b').at(-1), 'b')
})

t.test('reads a megabyte of backslashes, quotes or blanks', async (t) => {
  for (const character of ['\\', '"', ' ', 'a']) {
    const total = splitCommandLine(character.repeat(1_000_000)).join('').length

    t.ok(total <= 1_000_000)
  }
  t.equal(splitCommandLine('\\'.repeat(999_999) + '"').join('').length, 500_000)
})

/** Quotes one argument so that Windows programs read it back. */
function quote (argument: string): string {
  const escaped = argument.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')
  return `"${escaped}"`
}

/** The rules as the page tells them, read letter by letter. */
function splitSlowly (text: string): string[] {
  const found: string[] = []
  let argument: string | undefined
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    let slashes = 0
    while (text[i + slashes] === '\\') slashes++
    if (slashes > 0 && text[i + slashes] === '"') {
      argument = (argument ?? '') + '\\'.repeat(Math.floor(slashes / 2))
      i += slashes - 1
      if (slashes % 2 === 0) continue
      argument += '"'
      i++
    } else if (text[i] === '"' && quoted && text[i + 1] === '"') {
      argument = (argument ?? '') + '"'
      quoted = false
      i++
    } else if (text[i] === '"') {
      argument ??= ''
      quoted = !quoted
    } else if (!quoted && (text[i] === ' ' || text[i] === '\t')) {
      if (argument !== undefined) found.push(argument)
      argument = undefined
    } else {
      argument = (argument ?? '') + text[i]
    }
  }
  return argument === undefined ? found : [...found, argument]
}
