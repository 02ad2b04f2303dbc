import { createDetector } from './core/detector.js'
import { Event } from './core/event.js'
import { tripline as plugin } from './plugin.js'
import { loadRules } from './rules/load.js'

export { createDetector, Event, loadRules }

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

/**
 * The Fastify plugin: `app.register(tripline, options)`, or `app.register(require('tripline'), options)`. What is
 * required is the plugin itself, so the engine without HTTP is there, too: `require('tripline').createDetector`.
 */
const tripline = Object.assign(plugin, { createDetector, Event, loadRules })

export default tripline
export { tripline, tripline as 'module.exports' }
