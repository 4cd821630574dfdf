import type { Layer } from '@hillock/core'
import type { Runtime, Tensor } from '@hillock/core/learner'
import { answer, moving, type Tensors } from './moving.ts'
import type { Step } from './step.ts'
import { spread } from './synapses.ts'
import { type Traces, traceOf } from './traces.ts'

/** Traces of what each neuron has one of: a bias, or a value that is learnt. */
export interface NeuronTraces {
  /** Traces times how the output answers to each state, [B, N]; undefined for neurons without states. */
  answer(memory: Tensors): Tensor | undefined
  /** Takes a step into them. */
  advance(step: Step): void
}

/** `added`: the derivative of a state by what they are of. */
export function neuronTraces(
  runtime: Runtime,
  { size }: Layer,
  batch: number,
  traces: Traces,
  added: (step: Step, state: string) => number | Tensor,
): NeuronTraces {
  const { states, ofNeuron, itself } = traces
  const own = moving(runtime, ofNeuron, batch, size)
  const shape = [1, batch, size]
  const whole = (value: number | Tensor) =>
    typeof value === 'number' ? runtime.fixed(shape, value) : spread(runtime, value, itself, runtime.temporary(shape))
  return {
    answer(memory) {
      if (states.length === 0) return undefined
      const [now, names] = [own.now(), states.map((state) => traceOf(traces, state))]
      return answer(
        runtime,
        names.map((name) => now[name]!),
        states.map((state) => memory[state]!),
      )
    },
    advance(step) {
      const terms = traces.terms.filter(({ name }) => ofNeuron.definition.inputs.includes(name))
      const inputs = [
        ...terms.map(({ name, of, by }) => [name, whole(step.derivative(of, by))] as const),
        ...states.map((state, i) => [`x${i}`, whole(added(step, state))] as const),
      ]
      own.advance(Object.fromEntries(inputs), step.numbers)
    },
  }
}
