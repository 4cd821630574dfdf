import type { Kernel, MapBindings, ReverseBindings, ScanBindings, Tensor } from '@hillock/core'
import type { Held, Store } from './store.ts'
import type { Tf, TfTensor } from './tf.ts'
import type { Leaf } from './walk.ts'

// All that knows how core names the leaves and outputs of programs, and how what is bound to them lies in time.

/** The value of a leaf at a time step. */
type Read = (at: number) => TfTensor

/** Leaves by `<op>:<name>`. */
export type Leaves = Map<string, Read>

type OverTime = Omit<ScanBindings, 'outputs'>

export const stateOutput = (name: string): string => `state:${name}`
export const inputAdjoint = (name: string): string => `input:${name}`
/** What the adjoint of a setup value, or of a state's start, is called among the outputs of a backward program. */
export const setupAdjoint = (name: string): string => (isStart(name) ? stateOutput(startOf(name)) : `setup:${name}`)
/** Setup values hold the starts of states, too. */
export const isStart = (name: string): boolean => name.startsWith('init:')
export const startOf = (name: string): string => name.slice('init:'.length)
export const paramOutput = (name: string): string => `param:${name}`
export const isState = (output: string): boolean => output.startsWith('state:')
export const drawnInput = (k: number): string => `input:draw:${k}`
export const uniformLeaf = (place: string): string => `uniform:${place}`

/** Whether an array [1, B, N] stands for all time steps, or takes their sum. */
export const isStill = ({ shape }: Tensor, steps: number): boolean => shape[0] === 1 && steps !== 1

/** Whether the adjoint of an output of a backward program is summed over time. */
export const isSummed = (output: string, tensor: Tensor, steps: number): boolean =>
  output.startsWith('setup:') || isStill(tensor, steps)

export function createBindings(tf: Tf, store: Store) {
  const value = (given: number | Tensor): TfTensor =>
    typeof given === 'number' ? tf.scalar(given, 'float32') : store.wholeOf(given as Held)

  function overTime(tensor: Tensor, steps: number): Read {
    const rows = store.rowsOf(tensor as Held)
    return isStill(tensor, steps) ? () => rows[0]! : (at) => rows[at]!
  }

  function setupOf({ setup }: Pick<OverTime, 'setup'>, leaves: Leaves): Leaves {
    for (const [name, given] of Object.entries(setup)) {
      const made = value(given)
      leaves.set(`setup:${name}`, () => made)
    }
    return leaves
  }

  return {
    /** The leaves that scans of both directions share. */
    leavesOf({ inputs, schedule, steps, ...x }: OverTime): Leaves {
      const leaves = setupOf(x, new Map())
      for (const [name, tensor] of Object.entries(inputs)) leaves.set(`input:${name}`, overTime(tensor, steps))
      for (const [name, tensor] of Object.entries(schedule)) {
        const rows = store.rowsOf(tensor as Held)
        leaves.set(`schedule:${name}`, (at) => rows[at]!)
      }
      return leaves
    },
    mapLeaves(x: MapBindings): Leaves {
      const leaves = setupOf(x, new Map())
      for (const [name, tensor] of Object.entries(x.inputs)) leaves.set(`input:${name}`, () => value(tensor))
      for (const [name, tensor] of Object.entries(x.states)) leaves.set(`state:${name}`, () => value(tensor))
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
        leaves.set(`state:${name}`, (at) => (at === 0 ? first : rows[at - 1]!))
      }
    },
    /** Adjoints that come from outside, by the names of the forward outputs. */
    signalsOf: ({ signals, steps }: ReverseBindings): Map<string, Read> =>
      new Map(Object.entries(signals).map(([name, tensor]) => [name, overTime(tensor, steps)])),
    /** Reads leaves at a time step; what nothing is bound to counts as 0. */
    leafAt:
      (leaves: Leaves, at: number): Leaf =>
      (node) =>
        leaves.get(`${node.op}:${node.name}`)?.(at) ?? tf.scalar(0, 'float32'),
  }
}
