import { tripline } from './plugin.js'

export { createDetector } from './core/detector.js'
export { Event } from './core/event.js'
export { loadRules } from './rules/load.js'

export type { AlertRecord } from './core/alert.js'
export type { Detector } from './core/detector.js'
export type { EventInit, Origin } from './core/event.js'
export type { FieldMap, FieldSource, Scalar } from './core/fields.js'
export type { DetectorLimits } from './core/limits.js'
export type { Predicate, Rule } from './core/rule.js'
export type { RuleEntry } from './config.js'
export type { Code, Place } from './errors.js'
export { BadConfig, BadRule, Fault, Faults } from './errors.js'
export type { Tripline, TriplineOptions } from './plugin.js'

/** The Fastify plugin: `app.register(tripline, options)`, or `app.register(require('tripline'), options)`. */
export default tripline
export { tripline, tripline as 'module.exports' }
