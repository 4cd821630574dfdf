import type { ParamValue } from '../kernel.ts'
import { type Neuron, type NeuronOptions, neuron } from '../neuron.ts'
import { checkValue, is, renamed } from '../options.ts'
import { share } from './firing.ts'

/** Options of `kWinners`. */
export interface KWinnersOptions
  extends NeuronOptions<'beta' | 'threshold' | 'resetAmount' | 'inhibition' | 'k', 'pre' | 'excess' | 'left' | 'v'> {
  /**
   * What is left of the membrane after a step, exp(-dt / tau), from 0 to 1.
   * @default 0.9
   */
  readonly beta?: ParamValue
  /**
   * What the membrane has to pass, in units of the input. At 0 or below the k most excited always fire. Learnt, with one
   * value per neuron, it is a homeostasis.
   * @default 1
   */
  readonly threshold?: ParamValue
  /**
   * What a spike takes off its own membrane, from 0, in units of the input.
   * @default 1
   */
  readonly resetAmount?: ParamValue
  /**
   * Share of every membrane that any spike of the layer wipes out, the winners' own included, from 0 to 1.
   * @default 0
   */
  readonly inhibition?: ParamValue
  /**
   * How many neurons fire at most: one whole number from 0 for the layer. Ties go to the lowest index.
   * @default 1
   */
  readonly k?: ParamValue
  /** The old name of `resetAmount`. @deprecated It is called `resetAmount`. */
  readonly drop?: ParamValue
}

/**
 * Leaky neurons that compete: of those above their threshold, only the k most excited of the layer fire (k-winners-take-all; Maass
 * 2000). It stands for lateral inhibition that acts within the step, as between the excitatory neurons of Diehl and Cook 2015.
 *
 * State `v` is the membrane after the reset. Needs a backend whose `supports.layerScope` is true, as its equations read the whole layer.
 * Throws HILLOCK_OPTION if an option is unknown or a value is out of its range.
 *
 * @example
 * ```ts
 * import { dense, sequential } from '@hillock/core'
 * import { kWinners } from '@hillock/core/neurons'
 *
 * sequential(784, [dense(100), kWinners({ k: 5, inhibition: 0.5 })])
 * ```
 */
export function kWinners(options: KWinnersOptions = {}): Neuron {
  if (typeof options?.k === 'object') checkValue('kWinners', 'k', options.k, is.whole(0))
  return neuron({
    name: 'kWinners',
    params: { beta: 0.9, threshold: 1, resetAmount: 1, inhibition: 0, k: 1 },
    bounds: { beta: share, resetAmount: [0, Infinity], inhibition: share, k: { from: 0, whole: true } },
    state: { v: 0 },
    equations: `
    pre = beta * v + input
    excess = pre - threshold
    spike = winners(excess, k) * (excess > 0)
    left = pre - resetAmount * detach(spike)
    v = where(total(spike) > 0, (1 - inhibition) * left, left)`,
  })(renamed('kWinners', options, { drop: 'resetAmount' }))
}
