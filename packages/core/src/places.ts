import type { ScanBindings, Tensor } from './backend.ts'

/**
 * How a bound value lies: one number; [N], by neuron; [B, N], by row; [1, B, N], still over time; [T, B, N], moving; the same as spikes,
 * in bits; [T], by the clock; [T, N], by a timetable.
 */
export type Place = 'number' | 'neuron' | 'row' | 'still' | 'moving' | 'bits' | 'clock' | 'timetable'

/** What a leaf of a program reads. */
export interface BoundLeaf {
  /** What kind of value it is. */
  readonly op: 'input' | 'setup' | 'timeVarying'
  /** Its name in the program. */
  readonly name: string
  /** The number or the tensor that is bound. */
  readonly value: number | Tensor
  /** How its values lie. */
  readonly place: Place
}

/** How a value lies that is bound to so many steps; arrays of time-varying values count time and not rows. */
export function placeOf(value: number | Tensor, steps: number, op?: BoundLeaf['op']): Place {
  if (typeof value === 'number') return 'number'
  const [first, ...rest] = value.shape
  if (op === 'timeVarying') return rest.length === 0 ? 'clock' : 'timetable'
  if (rest.length < 2) return rest.length === 0 ? 'neuron' : 'row'
  return first === 1 && steps !== 1 ? 'still' : value.kind === 'spikes' ? 'bits' : 'moving'
}

/** What inputs, setup values and time-varying values of a scan are, and how they lie. */
export function boundLeaves(b: Pick<ScanBindings, 'steps' | 'inputs' | 'setup' | 'timeVarying'>): BoundLeaf[] {
  const { steps } = b
  const list = (op: BoundLeaf['op'], values: Readonly<Record<string, number | Tensor>>) =>
    Object.entries(values).map(([name, value]) => ({ op, name, value, place: placeOf(value, steps, op) }))
  return [...list('input', b.inputs), ...list('setup', b.setup), ...list('timeVarying', b.timeVarying)]
}
