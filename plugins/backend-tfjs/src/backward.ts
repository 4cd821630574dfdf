import type { Backend, Layer } from '@hillock/core'
import { interpret } from '@hillock/core/equations'
import type { Tensor } from '@hillock/core/learner'
import { weightNames } from '@hillock/core/network'
import type { ParamValue } from '@hillock/core/neurons'
import type { Given, Pass } from './forward.ts'

export interface Found {
  /** By the names of the parameters. */
  readonly gradients: ReadonlyMap<string, Tensor>
  /** The adjoint of what came in: [T, B, inputs] or [1, B, inputs]. */
  readonly input: Tensor
}

/**
 * Runs all layers backward, from the adjoint of what was read. `numbers` gives the values of a tensor at once; it is asked where neurons
 * learn parameters of their own. The tensors that it makes are the caller's to free.
 */
export function backwardPasses(
  backend: Backend,
  passes: readonly Pass[],
  { weights, params, reads, batch, steps }: Given,
  signal: Tensor,
  numbers: (tensor: Tensor) => Float32Array,
): Found {
  const gradients = new Map<string, Tensor>()
  let signals: Record<string, Tensor> = { [reads]: signal }
  for (const { layer, input, currents, outputs, values, random } of passes.toReversed()) {
    const { neuron, size, inputs } = layer
    const learnt = neuron.learn.length === 0 ? [] : adjointsWanted(layer)
    const perRow = Object.fromEntries(learnt.map((name) => [name, backend.alloc([batch, size])]))
    const deltas = Object.fromEntries(Object.entries(currents).map(([name, { shape }]) => [name, backend.alloc(shape)]))
    backend.reverse(neuron.kernels.reverse(), {
      ...{ steps, batch, size, inputs: currents, ...values, random, signals },
      states: Object.fromEntries(
        Object.entries(outputs).filter(([name]) => Object.hasOwn(neuron.definition.state, name)),
      ),
      outputs: { ...deltas, ...perRow },
    })
    const below = backend.alloc([input.shape[0]!, batch, inputs])
    for (const [k, [name, delta]] of Object.entries(deltas).entries()) {
      const names = weightNames(layer, name)
      const weight = backend.alloc([inputs, size])
      backend.matmul(input, delta, weight, { transposeA: true })
      gradients.set(names.weight, weight)
      if (weights.has(names.bias)) {
        const bias = backend.alloc([size])
        backend.sum(delta, bias)
        gradients.set(names.bias, bias)
      }
      backend.matmul(delta, weights.get(names.weight)!, below, { transposeB: true, accumulate: k > 0 })
    }
    if (learnt.length > 0) learntGradients(backend, layer, params(layer), perRow, numbers, gradients)
    signals = { spike: below }
  }
  return { gradients, input: signals.spike! }
}

/** Names of the setup values through which neurons learn. */
const adjointsWanted = ({ neuron }: Layer): string[] =>
  neuron.kernels.reverseSetup().nodes.flatMap(({ op, name }) => (op === 'adjoint' ? [name!] : []))

/** From adjoints of setup values to gradients of the parameters that neurons learn, in f64 on the host, as core does it. */
function learntGradients(
  backend: Backend,
  { name: layer, neuron, size }: Layer,
  params: Readonly<Record<string, ParamValue>>,
  perRow: Readonly<Record<string, Tensor>>,
  numbers: (tensor: Tensor) => Float32Array,
  gradients: Map<string, Tensor>,
): void {
  const { definition } = neuron
  const results = interpret(neuron.kernels.reverseSetup(), size, ({ op, name }) => {
    if (op !== 'adjoint') return params[name!] ?? (definition.state[name!] as readonly number[])
    const perNeuron = backend.alloc([size])
    backend.sum(perRow[name!]!, perNeuron)
    return numbers(perNeuron)
  })
  for (const param of neuron.learn) {
    const perNeuron = results[param] ?? new Float64Array(size)
    const values =
      typeof neuron.params[param] === 'number' ? [perNeuron.reduce((sum, value) => sum + value, 0)] : perNeuron
    const tensor = backend.alloc([values.length])
    backend.write(tensor, values)
    gradients.set(`${layer}.${param}`, tensor)
  }
}
