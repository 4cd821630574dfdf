import { type Kernel, type MapBindings, placeOf, type ReverseBindings, type ScanBindings } from '@hillock/core/backend'
import type { Tensor } from '@hillock/core/learner'
import { rightSide } from './right-side.ts'
import type { Held, Store } from './store.ts'
import type { Tf, TfTensor } from './tf.ts'
import type { Leaf } from './walk.ts'

/** The value of a leaf at a time step. */
type Read = (at: number) => TfTensor

/** Leaves by 'op name'. */
export type Leaves = Map<string, Read>

type OverTime = Omit<ScanBindings, 'outputs' | 'final'>

export function createBindings(tf: Tf, store: Store) {
  const value = (given: number | Tensor): TfTensor =>
    typeof given === 'number' ? tf.scalar(given, 'float32') : store.wholeOf(given as Held)

  function overTime(tensor: Tensor, steps: number): Read {
    const rows = store.rowsOf(tensor as Held)
    return placeOf(tensor, steps) === 'still' ? () => rows[0]! : (at) => rows[at]!
  }

  function setupOf({ setup }: Pick<OverTime, 'setup'>, leaves: Leaves): Leaves {
    for (const [name, given] of Object.entries(setup)) {
      const made = value(given)
      leaves.set(`setup ${name}`, () => made)
    }
    return leaves
  }

  return {
    /** The leaves that scans of both directions share. */
    leavesOf({ inputs, timeVarying, steps, matrices = {}, ...x }: OverTime): Leaves {
      const leaves = setupOf(x, new Map())
      for (const [name, tensor] of Object.entries(matrices)) {
        const made = value(tensor)
        const sides = { product: rightSide(tf, made), productTransposed: tf.transpose(made) }
        for (const [op, side] of Object.entries(sides)) leaves.set(`${op} ${name}`, () => side)
      }
      for (const [name, tensor] of Object.entries(inputs)) leaves.set(`input ${name}`, overTime(tensor, steps))
      for (const [name, tensor] of Object.entries(timeVarying)) {
        const rows = store.rowsOf(tensor as Held)
        leaves.set(`timeVarying ${name}`, (at) => rows[at]!)
      }
      return leaves
    },
    mapLeaves(x: MapBindings): Leaves {
      const leaves = setupOf(x, new Map())
      for (const [name, tensor] of Object.entries(x.inputs)) leaves.set(`input ${name}`, () => value(tensor))
      for (const [name, tensor] of Object.entries(x.states)) leaves.set(`state ${name}`, () => value(tensor))
      return leaves
    },
    /** Each state before the first step. */
    initialOf: ({ states }: Kernel, { initial }: OverTime): Map<string, TfTensor> =>
      new Map(states.map((name) => [name, value(initial[name]!)])),
    /** Each state as it was before a step: that of the step before, or the initial one. */
    statesBefore({ states }: Kernel, x: ReverseBindings, leaves: Leaves): void {
      for (const name of states) {
        const stored = x.states[name]
        if (stored === undefined) continue
        const [first, rows] = [value(x.initial[name]!), store.rowsOf(stored as Held)]
        leaves.set(`state ${name}`, (at) => (at === 0 ? first : rows[at - 1]!))
      }
    },
    /** Adjoints that come from outside, by the names of the forward outputs. */
    signalsOf: ({ signals, steps }: ReverseBindings): Map<string, Read> =>
      new Map(Object.entries(signals).map(([name, tensor]) => [name, overTime(tensor, steps)])),
    /** Reads leaves at a time step; what nothing is bound to counts as 0. */
    leafAt:
      (leaves: Leaves, at: number): Leaf =>
      (node) =>
        leaves.get(`${node.op} ${node.name}`)?.(at) ?? tf.scalar(0, 'float32'),
  }
}
