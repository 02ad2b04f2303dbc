#!/usr/bin/env node
/** npm run kernel: compiles assembly/kernel.ts into src/ingest/sift/kernel-bytes.ts, so that nobody needs the compiler to build or run. */
import { writeFileSync } from 'node:fs'
import { compileKernel } from './compile-kernel.js'

const text = (await compileKernel()).toString('base64')
const lines = text.match(/.{1,120}/g).map((line) => `  '${line}'`)
writeFileSync(new URL('../src/ingest/sift/kernel-bytes.ts', import.meta.url), `/** The WebAssembly that \`npm run kernel\` makes of assembly/kernel.ts, base64. */
export const kernelBytes = [
${lines.join(',\n')}
].join('')
`)
