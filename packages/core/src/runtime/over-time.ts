import type { Tensor } from '../backend.ts'
import { type Kernels, ownKernels, type ParamValue } from '../kernel.ts'
import { uploadValues } from '../values.ts'
import type { Runtime } from './contract.ts'

/**
 * Runs a learner's own equations forward in time: a trace, or a weight for each step. `inputs` are [T, B, N] or [1, B, N]; the result
 * is the one output of the definition, [T, B, N].
 */
export function overTime(
  runtime: Runtime,
  { definition, compiled, forward }: Kernels,
  steps: number,
  inputs: Readonly<Record<string, Tensor>>,
  params: Readonly<Record<string, ParamValue>> = {},
): Tensor {
  return runtime.timed('backward', () => {
    const { backend } = runtime
    const [, batch, size] = Object.values(inputs)[0]!.shape as [number, number, number]
    const output = runtime.temporary([steps, batch, size])
    const { free, ...values } = uploadValues(backend, compiled, params, { steps, size })
    const outputs = { [definition.outputs[0]!]: output }
    backend.scan(forward, { steps, batch, size, inputs, ...values, outputs })
    free()
    return output
  })
}

const last = ownKernels('last steps', 'weighted = input * (scale * (t >= from))', {
  inputs: ['input'],
  params: ['from', 'scale'],
  outputs: ['weighted'],
})

/** A signal ([T, B, N] or [1, B, N]) in the last `window` of `steps` steps, times `scale`; 0 before: [T, B, N]. */
export function inLastSteps(runtime: Runtime, signal: Tensor, steps: number, window: number, scale = 1): Tensor {
  return overTime(runtime, last(), steps, { input: signal }, { from: steps - window, scale })
}
