import type { Tensor } from '../backend.ts'
import { interpret } from '../equations/interpret.ts'
import { paramValue } from '../kernel.ts'
import type { Layer } from '../network/layer.ts'
import type { Runtime } from './contract.ts'

/** Outputs of the backward program that lead to learnable parameters: setup values, and initial states where those depend on one. */
export function liveSetup({ neuron }: Layer): string[] {
  if (neuron.learn.length === 0) return []
  return neuron.kernels.reverseSetup().nodes.flatMap(({ op, name }) => (op === 'adjoint' ? [name as string] : []))
}

/** From adjoints of setup values, [B, N], to gradients of the neurons' learnable parameters, in f64 on the host. */
export async function neuronGradients(
  runtime: Runtime,
  layer: Layer,
  perRow: Readonly<Record<string, Tensor>>,
  gradients: Map<string, Tensor>,
): Promise<void> {
  const { backend } = runtime
  const params = runtime.params(layer)
  const adjoints = new Map<string, Float64Array>()
  for (const [name, tensor] of Object.entries(perRow)) {
    const perNeuron = runtime.temporary([layer.size])
    backend.sum(tensor, perNeuron)
    adjoints.set(name, Float64Array.from(await backend.read(perNeuron)))
  }
  const results = interpret(layer.neuron.kernels.reverseSetup(), layer.size, ({ op, name }) =>
    op === 'adjoint'
      ? (adjoints.get(name as string) ?? 0)
      : paramValue(layer.neuron.kernels.compiled, params, name as string),
  )
  for (const param of layer.neuron.learn) {
    const perNeuron = results[param] ?? new Float64Array(layer.size)
    const value = layer.neuron.params[param]!
    // What a layer or a channel shares gets the sum over its neurons; those of a site lie together.
    const values = new Float64Array(typeof value === 'number' ? 1 : value.length)
    for (const [n, gradient] of perNeuron.entries()) values[n % values.length]! += gradient
    const tensor = runtime.temporary([values.length])
    backend.write(tensor, values)
    gradients.set(`${layer.name}.${param}`, tensor)
  }
}
