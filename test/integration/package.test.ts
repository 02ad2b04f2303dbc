import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'

import t from 'tap'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))

t.test('the built package is loaded by import and by require alike', async (t) => {
  const folder = build()
  const show = 'app.register(tripline, { state: "memory", outputs: {} }).ready().then(() => { console.log(tripline.name, app.tripline.rules.length > 0); return app.close() })'

  const imported = run(folder, 'a.mjs', `import fastify from 'fastify'; import tripline from 'tripline'; const app = fastify(); ${show}`)
  const required = run(folder, 'a.cjs', `const tripline = require('tripline'); const app = require('fastify')(); ${show}`)

  t.equal(imported, 'tripline true\n')
  t.equal(required, 'tripline true\n')
})

/** The package as it would be installed, translated file by file: types are checked elsewhere. */
function build (): string {
  const folder = mkdtempSync(join(tmpdir(), 'tripline-package-'))
  const installed = join(folder, 'node_modules', 'tripline')
  for (const file of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue
    const { outputText } = ts.transpileModule(readFileSync(join(root, 'src', file), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true }
    })
    const path = join(installed, 'dist', file.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, outputText)
  }
  cpSync(join(root, 'package.json'), join(installed, 'package.json'))
  cpSync(join(root, 'rules'), join(installed, 'rules'), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'))
  symlinkSync(join(root, 'node_modules', 'fastify'), join(folder, 'node_modules', 'fastify'))
  return folder
}

function run (folder: string, file: string, text: string): string {
  writeFileSync(join(folder, file), text)
  // Without what the test runner tells its children.
  const { NODE_OPTIONS, ...env } = process.env
  return execFileSync(process.execPath, ['--no-warnings', file], { cwd: folder, env, encoding: 'utf8' })
}
