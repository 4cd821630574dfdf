import { type Neuron, neuron } from '@hillock/core'

const made = neuron({
  name: 'escapeLif',
  params: { beta: 0.9, threshold: 1, width: 0.5 },
  bounds: { beta: [0, 1], threshold: [0, Infinity], width: { above: 0 } },
  state: { v: 0 },
  record: ['p'],
  equations: `
    pre = beta * v + input
    p = sigmoid((pre - threshold) / width)
    spike = heaviside(p - uniform())
    v = pre - threshold * detach(spike)`,
})

/** Options of `escapeLif`. */
export type EscapeLifOptions = NonNullable<Parameters<typeof made>[0]>

/**
 * Leaky integrate-and-fire with escape noise (Gerstner, Kistler, Naud and Paninski 2014, chapter 9): it fires with probability p = sigmoid((membrane -
 * threshold) / width) at each step, so that how likely its spikes were has a derivative, which `reward({ rule: 'max' })` goes up.
 *
 * - `beta`: decay of the membrane per step, in [0, 1]. Default: 0.9.
 * - `threshold`: the membrane that fires in half of the steps, and what a spike takes off, at least 0. Default: 1.
 * - `width`: how far around the threshold it may fire or not, above 0. Default: 0.5.
 *
 * State `v` is the membrane after the reset, `p` the probability. Throws HILLOCK_OPTION if an option is unknown or its value is out of its bounds.
 */
export const escapeLif = (options: EscapeLifOptions = {}): Neuron => made(options)
