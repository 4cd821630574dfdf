import type { Backend, Tensor, Values } from '../backend.ts'
import { evaluateSchedule, evaluateSetup, type ParamValue } from '../kernel.ts'
import type { Layer } from '../network.ts'

/** What the kernels of a layer's neurons are given besides currents. */
export interface NeuronValues {
  readonly setup: Readonly<Record<string, number | Tensor>>
  readonly schedule: Readonly<Record<string, Tensor>>
  readonly initial: Readonly<Record<string, number | Tensor>>
  /** The parameters as they stand, in f64: shared ones as numbers. */
  readonly params: Readonly<Record<string, ParamValue>>
  /** The setup values in f64, `init:<state>` among them. */
  readonly computed: Readonly<Record<string, number | Float64Array>>
  /** To be freed when the values are replaced. */
  readonly tensors: readonly Tensor[]
}

/** Computes setup and schedule values in f64, from the parameters learnt so far, and puts those that differ per neuron on the backend. */
export function neuronValues(
  backend: Backend,
  { neuron, size }: Layer,
  steps: number,
  learnt: ReadonlyMap<string, Values> | undefined,
): NeuronValues {
  const tensors: Tensor[] = []
  const upload = (values: ArrayLike<number>, shape: readonly number[]): Tensor => {
    const tensor = backend.alloc(shape)
    backend.write(tensor, values)
    tensors.push(tensor)
    return tensor
  }
  const params: Record<string, ParamValue> = { ...neuron.params }
  for (const [name, value] of learnt ?? []) params[name] = typeof neuron.params[name] === 'number' ? value[0]! : value
  const computed = evaluateSetup(neuron.kernels.compiled, params, size)
  const setup: Record<string, number | Tensor> = {}
  const initial: Record<string, number | Tensor> = {}
  for (const [name, value] of Object.entries(computed)) {
    const bound = typeof value === 'number' ? value : upload(value, [size])
    if (name.startsWith('init:')) initial[name.slice('init:'.length)] = bound
    else setup[name] = bound
  }
  const schedule = Object.entries(evaluateSchedule(neuron.kernels.compiled, params, steps, size)).map(
    ([name, { perNeuron, values }]) => [name, upload(values, perNeuron ? [steps, size] : [steps])] as const,
  )
  return { setup, schedule: Object.fromEntries(schedule), initial, params, computed, tensors }
}
