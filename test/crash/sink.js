import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
export const bin = path('../../dist/cli/tripline.js')

/** A `tripline` of this config as a process of its own, that can be killed and started again. */
export async function createSink ({ config, log }) {
  const port = await freePort()
  const stderr = createWriteStream(log, { flags: 'a' })
  let child

  return {
    url: `http://127.0.0.1:${port}`,
    get process () { return child },
    /** Starts it; `failpoint` is `NAME:N`. `listening` resolves to true when it takes batches, to false when it ended before. */
    start (failpoint = '') {
      const args = [...failpoint === '' ? [] : ['--import', path('failpoints.js')], bin, '--config', config, '--listen', `127.0.0.1:${port}`]
      child = spawn(process.execPath, args, { env: { ...process.env, TRIPLINE_FAILPOINT: failpoint }, stdio: ['ignore', 'ignore', 'pipe'] })
      const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }))
      const listening = new Promise((resolve) => {
        child.stderr.on('data', (chunk) => {
          stderr.write(chunk)
          if (chunk.includes('listens on')) resolve(true)
        })
        ended.then(() => resolve(false))
      })
      return { ended, listening, kill: (signal = 'SIGKILL') => child.kill(signal) }
    }
  }
}

async function freePort () {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  await new Promise((resolve) => { server.close(resolve) })
  return port
}
