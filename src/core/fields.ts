/** A single value of a field; arrays and objects are taken apart before. */
export type Scalar = string | number | boolean

/** A record as it was decoded: nested, dotted and mixed keys alike. */
export type FieldMap = { [name: string]: unknown }

/** What a predicate asks of an event, or of one object inside an event (the nested syntax of KQL). */
export interface FieldSource {
  /** When Tripline received the event, ms since 1970: the `now` of date math. */
  readonly arrival: number
  /** Every distinct value of the field with this dotted name, however it is spelt; empty when there is none. */
  values (name: string): readonly Scalar[]
  /** Every object at this dotted name, arrays taken apart. */
  objects (name: string): readonly FieldSource[]
  /** The dotted names of all fields that have a value. */
  names (): readonly string[]
}
