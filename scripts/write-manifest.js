import { writeFileSync } from 'node:fs'
import { createManifest } from '../dist/manifest.js'

writeFileSync(new URL('../plugin.json', import.meta.url), `${JSON.stringify(createManifest(), null, 2)}\n`)
