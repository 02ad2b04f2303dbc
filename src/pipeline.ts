import type { Config } from './config.js'
import type { Detector } from './core/detector.js'
import type { AlertRecord } from './core/alert.js'

/** A request's body and what its headers say of it, before anything is read. */
export interface Incoming {
  body: Buffer
  contentType?: string
  contentEncoding?: string
  tag?: string
  address?: string
  /** The shipper's User-Agent. */
  userAgent?: string
}

/** What a batch did: the answer of DESIGN section 2.3, and the alert records behind it. */
export interface Taken {
  received: number
  matched: number
  alerts: number
  rejected: number
  records: AlertRecord[]
}

/** The flow: bytes, inflate, frame, decode, Event, detector, store (one commit), outputs. */
export interface Pipeline {
  readonly detector: Detector
  /** Rejects with `Refusal` when nothing of the batch was taken. */
  take (incoming: Incoming): Promise<Taken>
  /** Lets time pass: timers of the detector. Called every second, and by tests. */
  tick (): Promise<void>
  /** Takes a new configuration's rules; on a fault the old ones stay and the fault is thrown. */
  reload (config: Config): Promise<void>
  /** Opens file outputs anew (SIGHUP). */
  reopen (): void
  ready (): { ready: boolean, reasons: string[] }
  stats (): Record<string, unknown>
  close (): Promise<void>
}
