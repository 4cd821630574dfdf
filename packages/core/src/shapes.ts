import type { Tensor } from './backend.ts'
import { HillockError } from './errors.ts'
import { showShape } from './shape.ts'

export function wrongShape(name: string, found: readonly number[], wanted: string): never {
  throw new HillockError('HILLOCK_SHAPE', `${name} has shape ${showShape(found)}`, { hint: `it should be ${wanted}` })
}

export function wrongKind(name: string, wanted: Tensor['kind']): never {
  const [found, kind] = wanted === 'real' ? ['spikes', 'real numbers'] : ['real numbers', 'spikes']
  const hint = `it should hold ${kind}: alloc(shape, '${wanted}')`
  throw new HillockError('HILLOCK_SHAPE', `${name} holds ${found}`, { hint })
}
