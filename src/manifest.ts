import { fileSchema } from './config/schema.js'
import { version } from './core/version.js'
import { pages } from './http/pages.js'
import { editorSchema } from './config/json-schema.js'
import type { Schema } from './config/json-schema.js'

/** What `plugin.json` says of the plugin, for whoever lists, checks or configures plugins without running them. */
export function createManifest (): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    id: 'tripline',
    name: 'Tripline',
    version,
    kind: 'fastify-plugin',
    description: 'A trip wire in a log pipeline: takes the batches of a shipper and sends an alert when a rule\'s threshold is crossed.',
    license: 'Apache-2.0',
    entry: './dist/index.js',
    command: './dist/cli/tripline.js',
    node: '>=20.19',
    fastify: '5.x',
    endpoints: [
      { methods: ['POST', 'PUT'], path: '/' },
      { methods: ['POST', 'PUT'], path: '/*' },
      ...Object.keys(pages).filter((path) => path !== '/*').map((path) => ({ methods: ['GET', 'HEAD'], path }))
    ],
    contentTypes: ['application/json', 'application/x-ndjson', 'application/msgpack', 'text/plain'],
    contentEncodings: ['gzip', 'deflate', 'zstd', 'snappy'],
    outputTypes: outputTypes(),
    options: { title: 'tripline.yaml', description: 'Plugin options have the same keys in camelCase.', ...editorSchema(fileSchema) }
  }
}

function outputTypes (): unknown[] {
  const { oneOf } = fileSchema.properties?.outputs?.additionalProperties as { oneOf: Schema[] }
  return oneOf.map(({ properties }) => properties?.type?.const)
}
