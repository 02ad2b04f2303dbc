import type { OutputConfig } from '../config.js'
import { createFileOutput } from './file.js'
import { createForwardOutput } from './forward.js'
import { createHttpOutput } from './http.js'
import type { InlineOutput } from './output.js'
import { createStdoutOutput } from './stdout.js'

/**
 * The output that a config asks for. Nothing is opened or connected yet: that comes with the first record. Throws a
 * `Fault` when an address or a certificate file cannot be used.
 */
export function createOutput (name: string, config: OutputConfig): InlineOutput {
  return creators[config.type](name, config as never)
}

const creators: { [Type in OutputConfig['type']]: (name: string, config: Extract<OutputConfig, { type: Type }>) => InlineOutput } = {
  stdout: (name) => createStdoutOutput(name),
  file: (name, config) => createFileOutput(name, { config }),
  // Alerts keep their order; the batches of several shippers have none among each other.
  http: (name, config) => createHttpOutput(name, { config, connections: config.send === 'alerts' ? 1 : 16 }),
  forward: (name, config) => createForwardOutput(name, { config })
}
