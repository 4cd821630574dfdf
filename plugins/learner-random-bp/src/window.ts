import { HillockError } from '@hillock/core'
import {
  type Adjoints,
  adjoints,
  inLastSteps,
  type LayerPass,
  productsOf,
  type Runtime,
  type Signals,
  type Tensor,
} from '@hillock/core/learner'

/**
 * 'none': each step is learnt from with what came in at that step, and the error reaches back in time through the neuron's own
 * equations. 'window': the mean over the window of the surrogate times the error, with what came in on average; nothing reaches back.
 * 'sliced-twice': the same, but the hidden layers' mean is over the last 2 * window - T steps, as the notebook that it comes from has it.
 */
export type Average = 'none' | 'window' | 'sliced-twice'

/** How an error is seen in time. */
export interface Seen {
  /** How many of the last steps count. Default: all. */
  readonly window: number | undefined
  readonly average: Average
  /** No error goes along a recurrent matrix: each neuron learns by itself. */
  readonly within: boolean
}

/** The adjoints of a layer's currents, and what stands for them as the error that it carries on. */
export interface Found {
  readonly adjoints: Adjoints
  readonly error: Readonly<Record<string, Tensor>>
}

/** Turns a learning signal into adjoints, in the last `window` steps. Throws HILLOCK_OPTION if none are left to average. */
export function inWindow(
  runtime: Runtime,
  pass: LayerPass,
  signals: Signals,
  { window, average, within }: Seen,
): Found {
  const { layer, batch } = pass
  const { steps } = batch
  const length = Math.min(window ?? steps, steps)
  const last = layer === runtime.network.layers.at(-1)
  const seen = average === 'sliced-twice' && !last ? 2 * length - steps : length
  if (seen < 1) {
    const found = `random-bp: a window of ${length} sliced twice from ${steps} steps leaves none`
    throw new HillockError('HILLOCK_OPTION', found, { hint: "use a longer window, or average: 'window'" })
  }
  const signal = seen === steps ? signals : mapped(signals, (tensor) => inLastSteps(runtime, tensor, steps, seen))
  if (average === 'none') {
    const found = adjoints(runtime, pass, signal, { within })
    return { adjoints: found, error: found.currents }
  }
  const { currents, perRow } = adjoints(runtime, pass, signal, { window: 1, summed: true })
  const mean = mapped(currents, (sum) => inLastSteps(runtime, sum, 1, 1, 1 / seen))
  // A current that is the same at every step stands for all steps of the window at once.
  const spreadOut = (sum: Tensor, name: string) => {
    const times = pass.currents[name]!.shape[0]!
    const [spread, weight] = times === 1 ? [1, length] : [length, 1]
    return inLastSteps(runtime, sum, times, spread, weight / seen)
  }
  const back = currents[layer.neuron.recurrence?.current ?? '']
  const products = back && productsOf(runtime, layer, batch, inLastSteps(runtime, back, steps, length, 1 / seen))
  return { adjoints: { currents: mapped(currents, spreadOut), perRow, ...(products && { products }) }, error: mean }
}

function mapped(
  tensors: Readonly<Record<string, Tensor>>,
  change: (tensor: Tensor, name: string) => Tensor,
): Readonly<Record<string, Tensor>> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor, name)]))
}
