import { HillockError } from '@hillock/core'
import { type Check, checkOptions, checkValue, is } from '@hillock/core/options'

/** Of a layer: time steps, samples, presynaptic and postsynaptic neurons. */
export interface StdpShape {
  /** Time steps. */
  readonly steps: number
  /** Examples in a batch. */
  readonly batch: number
  /** Inputs of the layer. */
  readonly inputs: number
  /** Neurons of the layer. */
  readonly size: number
}

/** A mean over pairs of spikes, with its 95 % confidence band. */
export interface PairMean {
  /** The mean. */
  readonly mean: number
  /** Lower end of the interval. */
  readonly low: number
  /** Upper end of the interval. */
  readonly high: number
  /** Number of pairs of a pre- and a postsynaptic spike. */
  readonly pairs: number
}

/** The change of weights by the time between spikes. */
export interface StdpCurve {
  /** From -window to window: the time of the postsynaptic spike less that of the presynaptic one, in steps. */
  readonly lags: readonly (PairMean & { readonly lag: number })[]
  /** Over all pairs of the window where the presynaptic spike is not later: lags from 0 up; a spike reaches the next layer in its own step. */
  readonly causal: PairMean
  /** Over those where it is later: lags below 0. */
  readonly antiCausal: PairMean
  /** Over all presynaptic spikes that count, whatever the postsynaptic neuron does: what a curve without any timing would be everywhere. */
  readonly level: PairMean
}

/** Whether a sample's postsynaptic neuron is counted. */
export type Selection = (sample: number, neuron: number) => boolean

const sizes = { steps: is.whole(1), batch: is.whole(1), inputs: is.whole(1), size: is.whole(1) }
const areNumbers: Check = (value) =>
  (Array.isArray(value) || ArrayBuffer.isView(value)) && Array.prototype.every.call(value, Number.isFinite)
    ? undefined
    : 'give a list of finite numbers'

/**
 * What gradient descent does to a synapse, by the time between its spikes. The derivative of the loss by a weight is the sum over time of
 * delta_j(t) x_i(t); of this each presynaptic spike at t adds -delta_j(t) x_i(t) to the change of the weight. That is related to each
 * postsynaptic spike within `window` steps of t. Takes `pre` [T, B, inputs], `post` and `delta` [T, B, size]; anything but 0 is a spike.
 * Only presynaptic spikes with a whole window around them count: else long lags would come from early spikes alone, short ones from late
 * ones, and what changes over a trial would look like timing.
 *
 * The bands are 1.96 standard errors of a ratio of sums over samples (Cochran 1977, 6.3): pairs of one sample depend on each other,
 * samples do not. They are NaN with fewer than two samples that have pairs, and so is the mean with none. Throws HILLOCK_SHAPE if sizes do not fit,
 * HILLOCK_OPTION if the window does not fit into the steps.
 */
export function stdpCurve(
  pre: ArrayLike<number>,
  post: ArrayLike<number>,
  delta: ArrayLike<number>,
  shape: StdpShape,
  window: number,
  selected: Selection = () => true,
): StdpCurve {
  checkOptions('stdpCurve: shape', shape, sizes, ['steps', 'batch', 'inputs', 'size'])
  for (const [name, values] of Object.entries({ pre, post, delta })) checkValue('stdpCurve', name, values, areNumbers)
  checkValue('stdpCurve', 'window', window, is.whole(0))
  checkValue('stdpCurve', 'selected', selected, is.callable)
  const { steps, batch, inputs, size } = shape
  checkLengths([pre, post, delta], shape, window)
  const made = (): Totals => ({ pairs: new Float64Array(batch), changes: new Float64Array(batch) })
  const lags = Array.from({ length: 2 * window + 1 }, made)
  const [causal, antiCausal, level] = [made(), made(), made()]
  // all synapses of a postsynaptic neuron share delta, so that its presynaptic spikes can be summed first
  const { counts, sums } = presynaptic(pre, steps * batch, inputs)
  for (let t = window; t < steps - window; t++) {
    for (let b = 0; b < batch; b++) {
      const [count, sum] = [counts[t * batch + b]!, sums[t * batch + b]!]
      if (count === 0) continue
      for (let j = 0; j < size; j++) {
        if (!selected(b, j)) continue
        const change = -delta[(t * batch + b) * size + j]! * sum
        add(level, b, count, change)
        for (let u = t - window; u <= t + window; u++) {
          if (post[(u * batch + b) * size + j] === 0) continue
          add(lags[u - t + window]!, b, count, change)
          add(u < t ? antiCausal : causal, b, count, change)
        }
      }
    }
  }
  return {
    lags: lags.map((totals, i) => ({ lag: i - window, ...meanOf(totals) })),
    causal: meanOf(causal),
    antiCausal: meanOf(antiCausal),
    level: meanOf(level),
  }
}

function presynaptic(pre: ArrayLike<number>, rows: number, inputs: number) {
  const [counts, sums] = [new Uint32Array(rows), new Float64Array(rows)]
  for (let row = 0; row < rows; row++) {
    for (let i = row * inputs; i < (row + 1) * inputs; i++) {
      if (pre[i] === 0) continue
      counts[row]! += 1
      sums[row]! += pre[i]!
    }
  }
  return { counts, sums }
}

/** Sums over pairs, for each sample. */
interface Totals {
  readonly pairs: Float64Array
  readonly changes: Float64Array
}

function add({ pairs, changes }: Totals, sample: number, count: number, change: number): void {
  pairs[sample]! += count
  changes[sample]! += change
}

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0)

function meanOf({ pairs, changes }: Totals): PairMean {
  const all = total(pairs)
  const mean = total(changes) / all
  const samples = pairs.filter((count) => count > 0).length
  const squares = total(changes.map((change, b) => (change - mean * pairs[b]!) ** 2))
  const half = samples < 2 ? Number.NaN : (1.96 * Math.sqrt((samples / (samples - 1)) * squares)) / all
  return { mean, low: mean - half, high: mean + half, pairs: all }
}

function checkLengths(
  [pre, post, delta]: readonly ArrayLike<number>[],
  { steps, batch, inputs, size }: StdpShape,
  window: number,
): void {
  const rows = steps * batch
  if (pre!.length !== rows * inputs || post!.length !== rows * size || delta!.length !== rows * size) {
    const found = `${pre!.length} presynaptic values, ${post!.length} postsynaptic ones, ${delta!.length} of delta`
    const hint = `give [${steps}, ${batch}, ${inputs}] and twice [${steps}, ${batch}, ${size}]`
    throw new HillockError('HILLOCK_SHAPE', found, { hint })
  }
  if (Number.isSafeInteger(window) && window >= 0 && 2 * window < steps) return
  const hint = `give a whole number below ${steps / 2}: a presynaptic spike has as many steps on either side`
  throw new HillockError('HILLOCK_OPTION', `the window is ${window} of ${steps} steps`, { hint })
}
