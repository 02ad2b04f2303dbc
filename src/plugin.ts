import type { IncomingMessage, ServerResponse } from 'node:http'

import type { FastifyInstance, FastifyPluginOptions } from 'fastify'
import fastifyPlugin from 'fastify-plugin'

import { readOptions, type Config } from './config.js'
import type { Rule } from './core/rule.js'
import { routes } from './http/routes.js'
import { createPipeline } from './pipeline.js'
import { startTicker } from './pipeline/ticker.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Set by the plugin `tripline`. */
    tripline: Tripline
  }
}

/** What the plugin puts on the host as `app.tripline`. */
export interface Tripline {
  /** The rules that are loaded. */
  readonly rules: readonly Rule[]
  /** Counters since the start. */
  stats (): Record<string, unknown>
  /** Whether a batch can be taken, and what stands against it. */
  ready (): { ready: boolean, reasons: string[] }
  /** Reads these options and loads their rules anew; on a fault the old rules stay and the fault is thrown. */
  reload (options: object): Promise<void>
  /** Opens file outputs anew after a rotation. */
  reopen (): void
}

/** The options of `tripline.yaml` in camelCase, and Fastify's own `prefix`. */
export interface TriplineOptions extends FastifyPluginOptions {
  prefix?: string
}

/**
 * The Fastify plugin. It decorates the host with `app.tripline` and puts its routes under `prefix`, in a context of
 * their own: the host's parsers, error handler and limits are neither used nor changed. Registering rejects with a
 * `Fault` when an option or a rule cannot be taken.
 */
export const tripline = fastifyPlugin(async function tripline (app: FastifyInstance, options: TriplineOptions): Promise<void> {
  await attach(app, { prefix: options.prefix, config: readOptions(ownOptions(options)) })
}, { name: 'tripline', fastify: '5.x' })

/** What the plugin does, for a config that has been read already. */
export async function attach (app: FastifyInstance, { prefix = '', config, isAlone = false }: { prefix?: string, config: Config, isAlone?: boolean }): Promise<void> {
  const pipeline = await createPipeline(config, { log: app.log, clock: Date.now, steady: () => performance.now() })
  app.decorate('tripline', {
    get rules () { return pipeline.detector.rules },
    stats: () => pipeline.stats(),
    ready: () => pipeline.ready(),
    reload: (options) => pipeline.reload(readOptions(ownOptions(options))),
    reopen: () => pipeline.reopen()
  } satisfies Tripline)

  await app.register(routes, { prefix, pipeline, config, isAlone })
  refuseInterimAnswers(app, prefix)
  const stopTicker = startTicker({ tick: pipeline.tick, log: app.log })
  app.addHook('preClose', async () => pipeline.stop())
  // By then the server has answered all requests that it had begun.
  app.addHook('onClose', async () => {
    stopTicker()
    await pipeline.close()
  })
}

/** Fastify puts its own options for a plugin beside ours. */
function ownOptions ({ prefix, logLevel, logSerializers, ...own }: FastifyPluginOptions): Record<string, unknown> {
  return own
}

/**
 * Fluent Bit takes an interim 1xx for the final answer and sends its batch again. Node writes `100 Continue` by itself
 * when a request expects it, unless someone listens: under our prefix nothing is written then, elsewhere what Node writes.
 */
function refuseInterimAnswers (app: FastifyInstance, prefix: string): void {
  app.addHook('onReady', async () => {
    if (app.server.listenerCount('checkContinue') > 0) return
    app.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      const path = (request.url as string).split('?', 1)[0] as string
      if (path !== prefix && !path.startsWith(`${prefix}/`)) response.writeContinue()
      app.server.emit('request', request, response)
    })
  })
}
