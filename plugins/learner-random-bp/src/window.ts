import {
  type Adjoints,
  adjoints,
  HillockError,
  inLastSteps,
  type LayerPass,
  type Runtime,
  type Signals,
  type Tensor,
} from '@hillock/core'

/**
 * 'none': each step is learnt from with what came in at that step, and the error reaches back in time through the neuron's own
 * equations. 'window': the mean over the window of the surrogate times the error, with what came in on average; nothing reaches back.
 * 'sliced-twice': the same, but the hidden layers' mean is over the last 2 * window - T steps, as the notebook that it comes from has it.
 */
export type Average = 'none' | 'window' | 'sliced-twice'

/** The adjoints of a layer's currents, and each as the error that it carries on. */
export interface Within {
  readonly adjoints: Adjoints
  readonly error: readonly Tensor[]
}

/** Turns a learning signal into adjoints, in the last `window` steps. Errors: HILLOCK_OPTION where none are left to average. */
export function within(
  runtime: Runtime,
  pass: LayerPass,
  signals: Signals,
  window: number | undefined,
  average: Average,
): Within {
  const { steps } = pass.batch
  const length = Math.min(window ?? steps, steps)
  const last = pass.layer === runtime.network.layers.at(-1)
  const seen = average === 'sliced-twice' && !last ? 2 * length - steps : length
  if (seen < 1) {
    const found = `random-bp: a window of ${length} sliced twice from ${steps} steps leaves none`
    throw new HillockError('HILLOCK_OPTION', found, { hint: "take a longer window, or average: 'window'" })
  }
  const signal = seen === steps ? signals : mapped(signals, (tensor) => inLastSteps(runtime, tensor, steps, seen))
  if (average === 'none') {
    const found = adjoints(runtime, pass, signal)
    return { adjoints: found, error: Object.values(found.currents) }
  }
  const { currents, perRow } = adjoints(runtime, pass, signal, { window: 1, summed: true })
  const times = Object.values(pass.currents)[0]!.shape[0]!
  // A current that is the same at every step stands for all steps of the window at once.
  const [spread, weight] = times === 1 ? [1, length] : [length, 1]
  const spreadOut = (sum: Tensor) => inLastSteps(runtime, sum, times, spread, weight / seen)
  return {
    adjoints: { currents: mapped(currents, spreadOut), perRow },
    error: Object.values(currents).map((sum) => inLastSteps(runtime, sum, 1, 1, 1 / seen)),
  }
}

function mapped(tensors: Readonly<Record<string, Tensor>>, change: (tensor: Tensor) => Tensor) {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor)]))
}
