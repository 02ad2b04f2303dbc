import type { OutputConfig } from '../config.js'
import { createFileOutput } from './file.js'
import { createForwardOutput } from './forward.js'
import { createHttpOutput } from './http.js'
import type { Output } from './output.js'
import { createStdoutOutput } from './stdout.js'

/**
 * The output that a config asks for. Nothing is opened or connected yet: that comes with the first record. Throws a
 * `Fault` when an address or a certificate file cannot be used.
 */
export function createOutput (name: string, config: OutputConfig): Output {
  return creators[config.type](name, config as never)
}

const creators: { [Type in OutputConfig['type']]: (name: string, config: Extract<OutputConfig, { type: Type }>) => Output } = {
  stdout: (name) => createStdoutOutput(name),
  file: (name, config) => createFileOutput(name, { config }),
  http: (name, config) => createHttpOutput(name, { config }),
  forward: (name, config) => createForwardOutput(name, { config })
}
