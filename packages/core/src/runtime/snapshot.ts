import type { Values } from '../backend.ts'
import { describe, keepWithin } from '../equations/bounds.ts'
import { HillockError } from '../errors.ts'
import type { ParamValue } from '../kernel.ts'
import type { Layer } from '../network/layer.ts'
import { is } from '../options.ts'
import { rangeError, shapeError } from '../refusals.ts'
import { sizeOf } from '../shape.ts'
import { show } from '../show.ts'

/** Everything that lasts, as plain arrays: it can be saved, or moved to another backend. */
export type Snapshot = ReadonlyMap<string, Saved>

export const isSnapshot = is.made('what session.snapshot() gave', 'get', 'has', 'keys')

export interface Saved {
  readonly shape: readonly number[]
  readonly values: Values
}

/** Throws HILLOCK_SHAPE unless a tensor of a snapshot is what is wanted. */
export function checkSaved(name: string, { shape, values }: Saved, wanted: readonly number[]): void {
  if (String(shape) !== String(wanted)) {
    const hint = `the network needs ${show(wanted)}: is the snapshot of another network?`
    throw shapeError(`'${name}' of the snapshot has shape ${show(shape)}`, hint)
  }
  const size = sizeOf(wanted)
  if (values?.length === size) return
  throw shapeError(`'${name}' of the snapshot is ${show(values)}`, `give ${size} values`)
}

/** Throws HILLOCK_RANGE if a snapshot has a neuron parameter beyond its bounds. NaN and infinity are checked elsewhere. */
export function checkLearnt({ name, neuron }: Layer, params: Readonly<Record<string, ParamValue>>): void {
  for (const param of neuron.learn) {
    const value = params[param]!
    const values = Float64Array.from(typeof value === 'number' ? [value] : value)
    const found = values.slice()
    const moved = keepWithin(neuron.definition, param, values, params)
    if (moved < 0) continue
    const hint = `${neuron.name} takes ${describe(neuron.definition.bounds![param]!)}: train it again`
    throw rangeError(`'${name}.${param}' of the snapshot is ${found[moved]}`, hint)
  }
}

/** Checks what is to be gone on with. Throws HILLOCK_NOT_FINITE, naming the first tensor that is not finite. */
export function checkSnapshot(snapshot: Snapshot): void {
  for (const [name, { values = [] }] of snapshot) {
    let at = 0
    while (at < values.length && Number.isFinite(values[at])) at++
    if (at === values.length) continue
    const found = `'${name}' of the snapshot is not finite: value ${at} of ${values.length} is ${values[at]}`
    throw new HillockError('HILLOCK_NOT_FINITE', found, { hint: 'use one from before training diverged' })
  }
}
