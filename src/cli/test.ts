import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import type { Writable } from 'node:stream'
import type { Rule } from '../core/rule.js'
import { Fault, Faults, showPlace } from '../errors.js'
import { findFiles } from '../rules/find-files.js'
import type { FoundFile } from '../rules/find-files.js'
import { loadRules } from '../rules/load.js'
import { isTestFile, readTestFile } from '../rules/test-file.js'
import type { RuleTest } from '../rules/test-file.js'
import { runTest } from '../rules/test-run.js'
import type { Arguments } from './arguments.js'
import type { Io } from './io.js'

/** `tripline test PATH...`: see `runTests`. */
export async function test ({ files }: Arguments, io: Io): Promise<number> {
  return await runTests(files, io)
}

/**
 * Runs the rule tests of files and folders (.yaml, .yml): one line a test on stdout, differences below it, faults on
 * stderr. Gives the exit code: 0 when every test is met, 1 otherwise, and 1 when there is none.
 */
export async function runTests (paths: readonly string[], { stdout, stderr }: { stdout: Writable, stderr: Writable }): Promise<number> {
  const counts = { run: 0, failed: 0, faults: 0 }
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof Fault || error instanceof Faults)) throw error
      stderr.write(`${error.message}\n`)
      counts.faults += error instanceof Faults ? error.faults.length : 1
      return undefined
    }
  }
  for (const file of paths.flatMap((path) => attempt(() => findTests(path)) ?? [])) {
    const loaded = attempt(() => load(file))
    if (loaded === undefined) continue
    for (const test of loaded.tests) {
      const differences = runTest(test, loaded.rules)
      counts.run++
      if (differences.length > 0) counts.failed++
      stdout.write(`${differences.length === 0 ? 'ok' : 'not ok'} ${counts.run} - ${test.name} (${showPlace({ file: test.place.file, line: test.place.line })})\n`)
      for (const { place, text } of differences) stdout.write(`  ${showPlace(place)} ${text}\n`)
    }
  }
  if (counts.run + counts.faults === 0) stderr.write('no rule test found: a test file is YAML with a list of `tests`\n')
  stdout.write(`${counts.run} tests, ${counts.run - counts.failed} met, ${counts.failed} failed${counts.faults > 0 ? `; faults: ${counts.faults}` : ''}\n`)
  return counts.failed + counts.faults === 0 && counts.run > 0 ? 0 : 1
}

type TestSource = FoundFile & { named: boolean }

function findTests (path: string): TestSource[] {
  const found = findFiles(path, {
    endings: ['.yaml', '.yml'],
    refuse: (file, reason, cause) => new Fault('TRIPLINE_BAD_TEST', { file }, reason, { cause })
  })
  return found.map((file) => ({ ...file, named: file.shown === path }))
}

/** Undefined for other YAML that a folder holds; a file that is named must be a test file. */
function load ({ path, shown, named }: TestSource): { rules: Rule[], tests: RuleTest[] } | undefined {
  const text = readText({ path, shown })
  if (!named && !isTestFile(text)) return undefined
  const { rules, tests } = readTestFile(text, { file: shown })
  return { rules: loadRules(rules.map((rule) => findRule(rule, dirname(shown)))), tests }
}

/** With `./` in front, so that a folder called builtin is not taken for the rules that come with Tripline. */
function findRule (rule: string, folder: string): string {
  if (/^builtin(?:\/|$)/.test(rule) || isAbsolute(rule)) return rule
  const path = join(folder, rule)
  return isAbsolute(path) ? path : `./${path}`
}

function readText ({ path, shown }: FoundFile): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Fault('TRIPLINE_BAD_TEST', { file: shown }, `cannot be read: ${(cause as Error).message}`, { cause })
  }
}
