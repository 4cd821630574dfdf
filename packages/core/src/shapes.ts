import type { Tensor } from './backend.ts'
import { shapeError } from './refusals.ts'
import { showShape } from './shape.ts'

export function wrongShape(name: string, found: readonly number[], wanted: string): never {
  throw shapeError(`${name} has shape ${showShape(found)}`, `it should be ${wanted}`)
}

export function wrongKind(name: string, wanted: Tensor['kind']): never {
  const [found, kind] = wanted === 'real' ? ['spikes', 'real numbers'] : ['real numbers', 'spikes']
  const hint = `it should hold ${kind}: alloc(shape, '${wanted}')`
  throw shapeError(`${name} holds ${found}`, hint)
}
