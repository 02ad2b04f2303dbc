/** What this code asks of a log: the part of pino, and of Fastify's own logger, that it uses. */
export interface Log {
  error (details: object, message: string): void
  warn (details: object, message: string): void
  info (details: object, message: string): void
  debug (details: object, message: string): void
}
