export interface DetectorLimits {
  /** Groups per rule. */
  maxGroups: number
  /** How much older than its group's window an event may be and still count, ms. */
  lateness: number
  /** How far ahead of its arrival an event may move its group's horizon, ms. */
  maxSkew: number
  /** The largest alert record, bytes of JSON. */
  alert: number
}

/** The limits of DESIGN section 2.2. */
export const defaultLimits: DetectorLimits = { maxGroups: 100_000, lateness: 3_600_000, maxSkew: 300_000, alert: 262_144 }
