import { readFileSync } from 'node:fs'
import t from 'tap'
import { version } from '../../src/core/version.js'

t.test('the version is the package\'s', async (t) => {
  const { version: published } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

  t.equal(version, published)
})
