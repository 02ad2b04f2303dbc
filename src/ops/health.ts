export interface HealthInput {
  phase: 'starting' | 'running' | 'stopping'
  /** Why the state could not be written or read the last time. */
  stateFault?: string | undefined
  inFlight: { bytes: number, limit: number }
  outputs: readonly OutputHealth[]
}

export interface OutputHealth {
  name: string
  /** Bytes of alert records that wait for it, and how many may. */
  waiting: number
  limit: number
  /** A fault of the output's own, such as wrong credentials. */
  fault?: string | undefined
}

/**
 * Whether a batch can be taken now, and everything that a person should know about it. An output's own fault is a
 * reason to look, but not one to turn batches away: alerts wait for it.
 */
export function readiness ({ phase, stateFault, inFlight, outputs }: HealthInput): { ready: boolean, reasons: string[] } {
  const obstacles: string[] = []
  if (phase !== 'running') obstacles.push(phase)
  if (stateFault !== undefined) obstacles.push(`the state cannot be written: ${stateFault}`)
  if (inFlight.bytes >= inFlight.limit) obstacles.push(`${inFlight.bytes} bytes are in flight, limits.in_flight is ${inFlight.limit}`)
  for (const { name, waiting, limit } of outputs.filter(isFull)) {
    obstacles.push(`output ${name} is full: ${waiting} bytes wait for it, limits.outbox is ${limit}`)
  }
  const notes = outputs.filter(({ fault }) => fault !== undefined).map(({ name, fault }) => `output ${name}: ${fault}`)
  return { ready: obstacles.length === 0, reasons: [...obstacles, ...notes] }
}

/** Whether an output's queue takes no more. */
export function isFull ({ waiting, limit }: OutputHealth): boolean {
  return waiting >= limit
}
