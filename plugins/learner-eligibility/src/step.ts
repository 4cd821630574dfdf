import { adjoints, type LayerPass, type Runtime, type Tensor } from '@hillock/core/learner'
import { filled, type Tensors } from './moving.ts'
import type { Traces } from './traces.ts'

/** How the states of a layer follow from those of the step before, from its currents and from what is learnt of its neurons. */
export interface Step {
  /** The derivatives that are numbers, by the names that kernels have for them. */
  readonly numbers: Readonly<Record<string, number>>
  /** Of a state by one in the step before, or by a current: a number, or [B, N] or [1, B, N]. */
  readonly derivative: (of: string, by: string) => number | Tensor
  /** Of a state by a value that is learnt: 0, or [B, N]. */
  readonly byValue: (of: string, value: string) => number | Tensor
}

/** Those that are no numbers are taken by a reversed step for each state. */
export function stepOf(
  runtime: Runtime,
  pass: LayerPass,
  { states, own, terms, heard }: Traces,
  numbers: Readonly<Record<string, number>>,
): Step {
  const { neuron, size } = pass.layer
  const shape = [pass.batch.size, size]
  const rows = new Map<string, Tensors>()
  const byValues = new Map<string, Tensors>()
  for (const state of neuron.learn.length > 0 ? states : own) {
    const by = Object.fromEntries(
      states.flatMap((name) => (heard.has(name) ? [] : [[name, runtime.temporary(shape)] as const])),
    )
    const driven = heard.get(state)
    const signal = driven && { spike: filled(runtime, [1, ...shape], driven()) }
    const final = driven ? undefined : { [state]: runtime.fixed(shape, 1) }
    const { currents, perRow } = adjoints(runtime, pass, signal ?? {}, { final, states: by, within: true })
    rows.set(state, { ...by, ...currents })
    byValues.set(state, valuesOf(pass, perRow, by))
  }
  return {
    numbers,
    derivative(of, by) {
      const term = terms.find((one) => one.of === of && one.by === by)
      return term?.isNumber ? numbers[term.name]! : (rows.get(of)?.[by] ?? 0)
    },
    byValue: (of, value) => byValues.get(of)?.[value] ?? 0,
  }
}

/** Adjoints of what is learnt of the neurons. At first a state is what it starts from. */
export const valuesOf = ({ initial }: LayerPass, perRow: Tensors, states: Tensors): Tensors =>
  initial ? perRow : { ...perRow, ...states }
