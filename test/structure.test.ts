import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import ts from 'typescript'

/**
 * Who may know whom: a folder of `src`, or a file that stands beside them, and what it may import. Data flows
 * ingest -> core -> store -> outputs, and only the pipeline knows that order; arrows never run back.
 */
const arrows: Record<string, string[]> = {
  'errors.ts': [],
  'nearest.ts': [],
  core: [],
  ops: [],
  config: ['config.ts', 'errors.ts', 'nearest.ts'],
  'config.ts': ['config', 'errors.ts'],
  ingest: ['core', 'errors.ts'],
  rules: ['config', 'config.ts', 'core', 'errors.ts', 'nearest.ts'],
  store: ['config.ts', 'core', 'errors.ts'],
  outputs: ['config.ts', 'core', 'errors.ts', 'ops', 'store'],
  quarantine: ['config.ts', 'core', 'errors.ts', 'ingest', 'ops', 'store'],
  pipeline: ['config.ts', 'core', 'errors.ts', 'ingest', 'ops', 'quarantine', 'store'],
  inline: ['config.ts', 'core', 'errors.ts', 'ingest', 'ops', 'outputs', 'pipeline'],
  'pipeline.ts': ['config.ts', 'core', 'errors.ts', 'ingest', 'inline', 'ops', 'outputs', 'pipeline', 'quarantine', 'rules', 'store'],
  http: ['config.ts', 'core', 'errors.ts', 'ingest', 'pipeline', 'pipeline.ts'],
  'plugin.ts': ['config.ts', 'core', 'http', 'pipeline', 'pipeline.ts'],
  'manifest.ts': ['config', 'core', 'http'],
  cli: ['config', 'config.ts', 'core', 'errors.ts', 'ingest', 'nearest.ts', 'ops', 'outputs', 'plugin.ts', 'quarantine', 'rules', 'store'],
  'index.ts': ['config.ts', 'core', 'errors.ts', 'plugin.ts', 'rules']
}

/** What `core` may import from outside itself: nothing that reads a file, a socket, the environment or the clock. */
const outsideCore = new Map([['node:crypto', /^core\//], ['tldts', /^core\/enrich\//]])

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const sources = filesIn('src').filter((file) => !file.endsWith('.d.ts'))

t.test('every import follows the table of arrows', async (t) => {
  for (const file of sources) {
    const from = placeOf(file)
    for (const { target } of importsOf(file)) {
      const to = target.startsWith('.') ? placeOf(resolve(file, target)) : from
      if (to !== from) t.ok(arrows[from]?.includes(to), `${file} imports ${target}`)
    }
  }
})

t.test('the table has no place that is not there, and no arrow that nobody goes', async (t) => {
  const walked = new Set(sources.flatMap((file) => importsOf(file)
    .filter(({ target }) => target.startsWith('.'))
    .map(({ target }) => `${placeOf(file)} ${placeOf(resolve(file, target))}`)))
  for (const [from, tos] of Object.entries(arrows)) {
    t.ok(sources.some((file) => placeOf(file) === from), from)
    for (const to of tos) t.ok(walked.has(`${from} ${to}`), `${from} -> ${to}`)
  }
})

t.test('core imports nothing from outside but what is pure', async (t) => {
  for (const file of sources.filter((file) => placeOf(file) === 'core')) {
    for (const { target } of importsOf(file)) {
      if (!target.startsWith('.')) t.match(file.slice('src/'.length), outsideCore.get(target) ?? /^$/, `${file} imports ${target}`)
    }
    t.notMatch(readFileSync(join(root, file), 'utf8'), /\bDate\.now\(|\bnew Date\(\)|\bprocess\.(?:env|hrtime|cwd|nextTick|stdout)|\bsetTimeout\b|\bMath\.random\b/, `${file} has no clock and no chance`)
  }
})

t.test('no file needs itself, by whatever way round', async (t) => {
  const needs = new Map(sources.map((file) => [file, importsOf(file)
    .filter(({ target, typeOnly }) => target.startsWith('.') && !typeOnly)
    .map(({ target }) => resolve(file, target))]))
  const done = new Set<string>()
  const visit = (file: string, way: string[]) => {
    if (way.includes(file)) t.fail([...way, file].join(' -> '))
    else if (!done.has(file)) for (const next of needs.get(file) ?? []) visit(next, [...way, file])
    done.add(file)
  }
  for (const file of sources) visit(file, [])
})

t.test('each source file that does something has the one test file that mirrors it', async (t) => {
  for (const file of sources.filter(doesSomething)) {
    t.ok(existsSync(join(root, file.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts'))), file)
  }
})

t.test('no file is called what says nothing, and the package has one index', async (t) => {
  const empty = sources.filter((file) => /(?:^|\/)(?:utils?|types|helpers?|common|misc)\.ts$/.test(file))
  t.strictSame(empty, [])
  t.strictSame(sources.filter((file) => /(?:^|\/)index\.ts$/.test(file)), ['src/index.ts'])
})

interface Import { target: string, typeOnly: boolean }

function importsOf (file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest)
  return source.statements.flatMap((statement): Import[] => {
    if (ts.isImportDeclaration(statement)) {
      const clause = statement.importClause
      const named = clause?.namedBindings
      const onlyTypes = clause?.isTypeOnly === true || (clause !== undefined && clause.name === undefined && named !== undefined &&
        ts.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly))
      return [{ target: (statement.moduleSpecifier as ts.StringLiteral).text, typeOnly: onlyTypes }]
    }
    if (ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined) {
      return [{ target: (statement.moduleSpecifier as ts.StringLiteral).text, typeOnly: statement.isTypeOnly }]
    }
    return []
  })
}

/** Whether anything is left of it when its types are gone. */
function doesSomething (file: string): boolean {
  const { outputText } = ts.transpileModule(readFileSync(join(root, file), 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true, removeComments: true }
  })
  return outputText.replace(/^export \{\};?$|\/\*[^]*?\*\//gm, '').trim() !== ''
}

function resolve (file: string, target: string): string {
  return normalize(join(dirname(file), target)).replace(/\.js$/, '.ts')
}

/** The folder of `src` that a file is in, or the file itself. */
function placeOf (file: string): string {
  const parts = relative('src', file).split('/')
  return parts[0] as string
}

function filesIn (folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => join(folder, file)).sort()
}
