import { HillockError } from '@hillock/core'
import { kernels } from '@hillock/core/backend'
import {
  type Adjoints,
  adjoints,
  type LayerPass,
  overTime,
  productsOf,
  type Runtime,
  type Signals,
  type Tensor,
} from '@hillock/core/learner'

const equations = { inputs: ['error'], state: {}, outputs: ['weighted'], params: ['decay', 'last'], record: [] }

/** Weights an error that is the same at every step by the part of that step's trace left at the end. */
const fading = kernels({ ...equations, name: 'fading', equations: 'weighted = error * decay ** (last - t)' })

const fadingSurrogate = kernels({
  ...equations,
  name: 'fading surrogate',
  equations: 'weighted = error * decay ** (last - t) * surrogate_t',
  inputs: ['error', 'surrogate_t'],
})

/**
 * Traces that are read once, at the end: e = decay e + surrogate x for each synapse and step. The update, error times trace, is a
 * product over all steps of x with the error times the surrogate, faded. `record` stands in for the derivative of the spike by its
 * current. Throws HILLOCK_OPTION if the error of the loss changes from step to step.
 */
export function exponential(
  runtime: Runtime,
  pass: LayerPass,
  signals: Signals,
  decay: number,
  record: string | undefined,
): Adjoints {
  const { steps } = pass.batch
  const [[name, error]] = Object.entries(signals) as [[string, Tensor]]
  if (error.shape[0] !== 1) {
    const hint = "use a loss of the sum over time, such as crossEntropy(), with feedback: 'random', or trace: 'neuron'"
    throw new HillockError('HILLOCK_OPTION', 'eligibility: an exponential trace is read once, at the end', { hint })
  }
  const params = { decay, last: steps - 1 }
  if (record === undefined) {
    const signal = overTime(runtime, fading, steps, { error }, params)
    return adjoints(runtime, pass, { [name]: signal }, { window: 1, within: true })
  }
  const delta = overTime(runtime, fadingSurrogate, steps, { error, surrogate_t: pass.kept[record]! }, params)
  const currents = Object.entries(pass.currents).map(([current, { shape }]) => [current, fit(runtime, delta, shape)])
  return {
    currents: Object.fromEntries(currents),
    perRow: {},
    products: productsOf(runtime, pass.layer, pass.batch, delta),
  }
}

/** Summed over time for a current that is the same at every step. */
function fit(runtime: Runtime, delta: Tensor, shape: readonly number[]): Tensor {
  if (shape[0] === delta.shape[0]) return delta
  const sum = runtime.temporary(shape.slice(1))
  runtime.backend.sum(delta, sum)
  return sum
}
