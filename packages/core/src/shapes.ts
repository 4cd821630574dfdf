import type { Tensor } from './backend.ts'
import { HillockError } from './errors.ts'

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1)
export const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i])
export const show = (shape: readonly number[]): string => `[${shape.join(', ')}]`

export function wrongShape(name: string, found: readonly number[], wanted: string): never {
  throw new HillockError('HILLOCK_SHAPE', `${name} has shape ${show(found)}`, { hint: `it should be ${wanted}` })
}

export function wrongKind(name: string, wanted: Tensor['kind']): never {
  const [found, kind] = wanted === 'real' ? ['spikes', 'real numbers'] : ['real numbers', 'spikes']
  const hint = `it should hold ${kind}: alloc(shape, '${wanted}')`
  throw new HillockError('HILLOCK_SHAPE', `${name} holds ${found}`, { hint })
}
