import type { Tensor } from '../backend.ts'
import type { Quantized } from '../connections/connection.ts'
import { evaluateSetup, ownKernels } from '../kernel.ts'
import { limitOf } from '../network/quantized.ts'
import type { Runtime } from './contract.ts'

const nearest = ownKernels('quantized', 'q = min(max(floor(w / step + 0.5), -limit), limit) * step', {
  inputs: ['w'],
  params: ['step', 'limit'],
  state: { q: 0 },
})

/** Weights or biases as they are used. */
export function quantize(runtime: Runtime, w: Tensor, quantized: Quantized | undefined): Tensor {
  if (quantized === undefined) return w
  const q = runtime.temporary(w.shape)
  const { compiled, forward } = nearest()
  const setup = evaluateSetup(compiled, { step: quantized.step, limit: limitOf(quantized) }, 1)
  runtime.backend.map(forward, { inputs: { w }, states: { q }, setup: setup as Record<string, number> })
  return q
}
