import { type Neuron, neuron, type OptionsOf } from '../neuron.ts'
import { checkValue, is } from '../options.ts'
import { share } from './firing.ts'

/**
 * Leaky neurons that compete: of those above their threshold, only the k most excited of the layer fire (k-winners-take-all; Maass
 * 2000). It stands for lateral inhibition that acts within the step, as between the excitatory neurons of Diehl and Cook 2015.
 *
 * - `beta`: what is left of the membrane after a step, in [0, 1]; 0.9.
 * - `threshold`: what the membrane must pass, in units of the input, 0 or below to let the k most excited fire anyway; 1. Learnt per neuron, it is a homeostasis.
 * - `drop`: what a spike takes off its own membrane, from 0; 1.
 * - `inhibition`: the part of every membrane, the winners' own among them, that any spike of the layer wipes out, in [0, 1]; 0.
 * - `k`: how many fire at most, one whole number from 0 for the layer, ties going to the lowest index; 1.
 *
 * State `v`. Layer scope: it needs a backend that supports that. Errors: HILLOCK_OPTION.
 */
export function kWinners(options: KWinnersOptions = {}): Neuron {
  if (typeof options?.k === 'object') checkValue('kWinners', 'k', options.k, is.whole(0))
  return neuron({
    name: 'kWinners',
    params: { beta: 0.9, threshold: 1, drop: 1, inhibition: 0, k: 1 },
    bounds: { beta: share, drop: [0, Infinity], inhibition: share, k: { from: 0, whole: true } },
    state: { v: 0 },
    equations: `
    pre = beta * v + input
    excess = pre - threshold
    spike = winners(excess, k) * (excess > 0)
    left = pre - drop * detach(spike)
    v = where(total(spike) > 0, (1 - inhibition) * left, left)`,
  })(options)
}

export type KWinnersOptions = OptionsOf<
  'beta' | 'threshold' | 'drop' | 'inhibition' | 'k',
  'pre' | 'excess' | 'left' | 'v'
>
