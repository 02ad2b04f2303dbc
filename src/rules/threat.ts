import { isTable } from './contents.js'
import { it } from './field-reader.js'
import type { FieldReader } from './field-reader.js'
import type { Path } from './places.js'

/** Checks that `threat` has the shape that alerts copy from: framework, tactic, techniques, subtechniques. */
export function checkThreat (reader: FieldReader): void {
  reader.list(['threat']).forEach((_, i) => {
    const path = ['threat', i]
    if (!isObject(reader, path)) return
    reader.text([...path, 'framework'], { required: true })
    checkNamed(reader, [...path, 'tactic'])
    reader.list([...path, 'technique']).forEach((_, j) => {
      const technique = [...path, 'technique', j]
      checkNamed(reader, technique)
      reader.list([...technique, 'subtechnique']).forEach((_, k) => checkNamed(reader, [...technique, 'subtechnique', k]))
    })
  })
}

function checkNamed (reader: FieldReader, path: Path): void {
  if (!isObject(reader, path)) return
  for (const name of ['id', 'name']) reader.text([...path, name], { required: true })
  reader.text([...path, 'reference'])
}

function isObject (reader: FieldReader, path: Path): boolean {
  const value = reader.at(path)
  if (isTable(value)) return true
  reader.fault(path, `must be a table; ${it(value)}`)
  return false
}
