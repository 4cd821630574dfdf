import type { Tensor } from './backend.ts'
import { rangeError, shapeError } from './refusals.ts'
import { showShape } from './shape.ts'

export function wrongShape(name: string, found: readonly number[], wanted: string): never {
  throw shapeError(`${name} has shape ${showShape(found)}`, `it should be ${wanted}`)
}

export function wrongKind(name: string, wanted: Tensor['kind']): never {
  const [found, kind] = wanted === 'real' ? ['spikes', 'real numbers'] : ['real numbers', 'spikes']
  const hint = `it should hold ${kind}: alloc(shape, '${wanted}')`
  throw shapeError(`${name} holds ${found}`, hint)
}

/** Backends hold spikes as bits, or in bytes: of another number each would keep another part. */
export function checkSpikes(values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0 || values[i] === 1) continue
    const hint = 'spikes are 0 or 1; a tensor of real numbers holds others'
    throw rangeError(`value ${i + 1} of the spikes to write is ${values[i]}`, hint)
  }
}
