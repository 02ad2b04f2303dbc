import t from 'tap'
import { readArguments } from '../../src/cli/arguments.js'

t.test('without arguments the sink runs, and nothing is decided', async (t) => {
  t.same(readArguments([]), {
    command: 'run',
    files: [],
    config: undefined,
    flags: { listen: undefined, rules: undefined, state: undefined, outputs: undefined },
    connect: false,
    all: false,
    help: false,
    version: false
  })
})

const fine: [string, object][] = [
  ['-c a.yaml', { command: 'run', config: 'a.yaml' }],
  ['--config=a.yaml --listen [::1]:1 --state memory', { config: 'a.yaml', flags: { listen: '[::1]:1', state: 'memory' } }],
  ['--rules a --rules b', { flags: { rules: ['a', 'b'] } }],
  ['--rules=-odd', { flags: { rules: ['-odd'] } }],
  ['validate --connect', { command: 'validate', connect: true }],
  ['--config a.yaml validate', { command: 'validate', config: 'a.yaml' }],
  ['replay a.ndjson - b.gz', { command: 'replay', files: ['a.ndjson', '-', 'b.gz'] }],
  ['replay -- --odd', { command: 'replay', files: ['--odd'] }],
  ['test rules', { command: 'test', files: ['rules'] }],
  ['quarantine retry --all', { command: 'quarantine', files: ['retry'], all: true }],
  ['replay --help', { command: 'replay', help: true, files: [] }],
  ['-h', { help: true }],
  ['-V', { version: true }],
  ['--output stdout --output file:a --output file:b --output forward://h:1/t', {
    flags: {
      outputs: {
        stdout: { type: 'stdout' },
        file: { type: 'file', path: 'a' },
        'file-2': { type: 'file', path: 'b' },
        forward: { type: 'forward', host: 'h', port: 1, tag: 't' }
      }
    }
  }]
]
for (const [line, expected] of fine) {
  t.test(`tripline ${line}`, async (t) => { t.match(readArguments(line.split(' ')), expected) })
}

const wrong: [string, RegExp][] = [
  ['valdate', /^TRIPLINE_BAD_USAGE "valdate" is not a command; did you mean validate\?; commands: validate, replay, test, quarantine$/],
  ['serve', /"serve" is not a command; commands: /],
  ['run', /"run" is not a command/],
  ['toString', /"toString" is not a command/],
  ['--confg a', /--confg is not an option; did you mean --config\?; options: --config, --listen/],
  ['--zebra', /--zebra is not an option; options: /],
  ['-x', /-x is not an option/],
  ['--connect', /--connect is not an option; options/],
  ['test --rules a b', /--rules is not an option of test; options: --help/],
  ['quarantine', /quarantine needs list, show or retry: tripline quarantine list/],
  ['--config', /--config needs a value: --config FILE/],
  ['--config --listen a:1', /--config needs a value/],
  ['--config=', /--config needs a value/],
  ['-c', /-c needs a value: --config FILE/],
  ['--help=yes', /--help takes no value/],
  ['--state a --state b', /--state can be given only once/],
  ['replay', /replay needs at least one file: tripline replay FILE\.\.\./],
  ['validate a.yaml', /validate takes no files, but got "a.yaml"/]
]
for (const [line, message] of wrong) {
  t.test(`tripline ${line} is wrong usage`, async (t) => {
    t.throws(() => readArguments(line.split(' ')), { name: 'Fault', message })
  })
}

t.test('an output that cannot be read is told', async (t) => {
  t.throws(() => readArguments(['--output', 'smtp://x']), { code: 'TRIPLINE_BAD_CONFIG', message: /smtp:\/\/x/ })
})
