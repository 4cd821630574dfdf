import type { Tensor } from '../backend.ts'
import { productName } from '../equations/differentiate.ts'
import { ownKernels } from '../kernel.ts'
import type { Layer } from '../network/layer.ts'
import type { Runtime } from './contract.ts'
import type { LayerPass } from './pass.ts'
import { quantize } from './quantized.ts'

/** What neurons multiply by within a step, as scans take it. */
export function matricesOf(
  runtime: Runtime,
  { name: layer, size, neuron }: Layer,
): { readonly matrices?: Readonly<Record<string, Tensor>> } {
  const { definition, recurrence } = neuron
  const { matrices = [] } = definition
  if (matrices.length === 0) return {}
  const entries = matrices.map((name) => {
    const matrix = runtime.tensor(`${layer}.${name}`, [size, size])
    return [name, quantize(runtime, matrix, recurrence?.quantized)] as const
  })
  return { matrices: Object.fromEntries(entries) }
}

/** Room for each product within a step, or for its adjoint, by the name that programs have for it: [T, B, N], or `found` where that is it. */
export const productsOf = (
  runtime: Runtime,
  { neuron, size }: Layer,
  { steps, size: batch }: LayerPass['batch'],
  found?: Tensor,
): Readonly<Record<string, Tensor>> =>
  Object.fromEntries(
    (neuron.definition.matrices ?? []).map(
      (matrix) => [productName(matrix), found ?? runtime.temporary([steps, batch, size])] as const,
    ),
  )

/**
 * Adds to the gradient of a matrix that spikes of one step reach the next by, or puts it into `gradients`: what came back, or a trace of it, times
 * adjoints of what it made, both of as many rows of [N].
 */
export function recurrentGradient(
  runtime: Runtime,
  { name: layer, size, neuron: { recurrence } }: Layer,
  matrix: string,
  past: Tensor,
  delta: Tensor,
  gradients: Map<string, Tensor>,
): void {
  const { backend } = runtime
  const name = `${layer}.${matrix}`
  const known = gradients.get(name)
  const gradient = known ?? runtime.temporary([size, size])
  backend.matmul(past, delta, gradient, { transposeA: true, ...(known && { accumulate: true }) })
  if (recurrence?.diagonal === false) {
    const mask = runtime.fixed([size, size], (i) => (i % (size + 1) === 0 ? 0 : 1), 'off the diagonal')
    backend.map(masked().forward, { inputs: { mask }, states: { x: gradient }, setup: {} })
  }
  gradients.set(name, gradient)
}

/**
 * The gradients of matrices that spikes of one step reach the next by: the spikes of each step meet the adjoints of the step after, and what
 * was carried into the span those of its first step.
 */
export function recurrentGradients(
  runtime: Runtime,
  { layer, batch, spikes, initial }: LayerPass,
  products: Readonly<Record<string, Tensor>>,
  gradients: Map<string, Tensor>,
): void {
  const { size, neuron } = layer
  const { nodes } = neuron.kernels.forward.program
  const taken = (tensor: Tensor, from: number, steps: number) => {
    const part = runtime.temporary([steps, batch.size, size], tensor.kind)
    runtime.backend.slice(tensor, from, part)
    return part
  }
  for (const matrix of neuron.definition.matrices ?? []) {
    const delta = products[productName(matrix)]!
    const add = (past: Tensor, error: Tensor) => recurrentGradient(runtime, layer, matrix, past, error, gradients)
    const later = batch.steps - 1
    if (later > 0) add(taken(spikes, 0, later), taken(delta, 1, later))
    const past = nodes.find(({ op, name }) => op === 'product' && name === matrix)!.args[0]!
    const carried = initial?.[nodes[past]!.name!]
    if (carried) add(carried, taken(delta, 0, 1))
    else if (later === 0) {
      const gradient = runtime.temporary([size, size])
      runtime.backend.write(gradient, new Float32Array(size * size))
      gradients.set(`${layer.name}.${matrix}`, gradient)
    }
  }
}

const masked = ownKernels('masked', 'x = x * mask', { inputs: ['mask'], state: { x: 0 } })
