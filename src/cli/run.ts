import { isIPv6 } from 'node:net'
import type { AddressInfo } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import fastify, { LogController } from 'fastify'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { readConfig } from '../config.js'
import type { Config } from '../config.js'
import { Fault, Faults } from '../errors.js'
import type { Log } from '../ops/log.js'
import { attach } from '../plugin.js'
import type { Tripline } from '../plugin.js'
import type { Arguments } from './arguments.js'
import { tuneHeap } from './heap.js'
import type { Io } from './io.js'
import { readTls } from './tls.js'

/** `tripline`: takes batches until it is told to stop. Resolves with the exit code once everything is closed; throws the faults of the start. */
export async function run ({ config: file, flags }: Arguments, io: Io): Promise<number> {
  const read = () => readConfig({ file, flags, env: io.env })
  const config = await read()
  const log = pino({ name: 'tripline' }, io.stderr)
  const app = createServer(config, log)

  try {
    await attach(app, { config, isAlone: true })
    await app.ready()
    await listen(app, config)
  } catch (error) {
    await app.close()
    throw error
  }
  tellStart(app, config, log)
  const stopTuning = tuneHeap()

  io.onHangup(inTurn(() => reload(app.tripline, { read, config, log })))
  return await new Promise((resolve) => {
    io.onStop(async ({ err }) => {
      if (err !== undefined) log.fatal({ err }, 'stops because of an error that nobody caught')
      else log.info('stops: finishes what was begun')
      await app.close()
      stopTuning()
      log.info('stopped')
      resolve(err === undefined ? 0 : 1)
    })
  })
}

// Fluent Bit keeps a connection for 30 s, Vector's pool for 90 s: who closes first must be the shipper.
const keepAlive = 120_000

function createServer (config: Config, log: pino.Logger): FastifyInstance {
  return fastify({
    loggerInstance: log,
    // A line for every batch would drown what matters; the answers are counted in the metrics.
    logController: new LogController({ disableRequestLogging: true }),
    keepAliveTimeout: keepAlive,
    forceCloseConnections: 'idle',
    https: readTls(config.tls) ?? null
  }) as unknown as FastifyInstance
}

async function listen (app: FastifyInstance, { listen }: Config): Promise<void> {
  try {
    await app.listen({ ...listen, listenTextResolver: () => 'accepts connections' })
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    throw new Fault('TRIPLINE_CANNOT_LISTEN', {}, `${showAddress(listen)} ${listenReasons[code] ?? `cannot be listened on: ${message}`}`, { cause: error })
  }
}

const listenReasons: Record<string, string> = {
  EADDRINUSE: 'is in use by another process (perhaps another Tripline); stop that one, or give another address with `listen` or --listen',
  EACCES: 'needs more rights; give a port of 1024 or more with `listen` or --listen',
  EADDRNOTAVAIL: 'is not an address of this machine; give one that is, or 127.0.0.1',
  ENOTFOUND: 'is a host that cannot be found; give an address, such as 127.0.0.1:9881'
}

function tellStart (app: FastifyInstance, { tls, outputs, state, insecure, auth }: Config, log: pino.Logger): void {
  const { address: host, port } = app.addresses()[0] as AddressInfo
  const address = `${tls === undefined ? 'http' : 'https'}://${showAddress({ host, port })}`
  const rules = app.tripline.rules.map(({ id }) => id)
  const details = { address, rules, outputs: Object.keys(outputs), state: state === 'memory' ? state : state.dir }
  log.info(details, `listens on ${address}: ${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}, alerts to ${details.outputs.join(', ') || 'nowhere'}, state in ${details.state}`)
  if (insecure && auth === undefined && tls?.caFile === undefined) log.warn('takes batches from everybody who can reach it: `insecure: true`')
}

/** Opens file outputs anew, then reads config and rules again; on a fault the old ones stay. */
async function reload (tripline: Pick<Tripline, 'reopen' | 'reload'>, { read, config, log }: { read: () => Promise<Config>, config: Config, log: Log }): Promise<void> {
  tripline.reopen()
  try {
    const changed = await read()
    const { listen, tls, insecure, rules, ...options } = changed
    await tripline.reload({ ...options, rules: rules.map(({ place, ...entry }) => entry) })
    log.info({}, 'SIGHUP: outputs are opened anew, rules are read again')
    const waiting = (Object.keys({ ...config, ...changed }) as (keyof Config)[]).filter((key) => key !== 'rules' && !isDeepStrictEqual(config[key], changed[key]))
    if (waiting.length > 0) log.warn({ keys: waiting }, `SIGHUP: what changed in ${waiting.join(', ')} holds from the next start on`)
  } catch (error) {
    const faults = error instanceof Faults ? error.faults : [error as Fault]
    for (const { code, place, message } of faults) log.error({ code, place }, message)
    log.error({ faults: faults.length }, 'SIGHUP: the old rules stay')
  }
}

/** Runs the task as often as it is called, but never twice at a time. */
function inTurn (task: () => Promise<void>): () => void {
  let last = Promise.resolve()
  return () => { last = last.then(task) }
}

function showAddress ({ host, port }: Config['listen']): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`
}
