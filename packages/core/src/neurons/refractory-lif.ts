import { neuron } from '../neuron.ts'
import { fromRest, share } from './firing.ts'

/**
 * Leaky integrate-and-fire with an absolute refractory period (Gerstner, Kistler, Naud and Paninski 2014, chapter 1): after a spike
 * the membrane stays at 0, and input is lost, for `period` steps. Reset to 0 in the step of the spike, a constant to the gradient.
 *
 * - `beta`: what is left of the membrane after a step, in [0, 1]; 0.9.
 * - `threshold`: what the membrane must exceed, from 0, in units of the input; 1.
 * - `period`: how long no further spike can follow, a whole number of time steps; 2.
 *
 * States: `v` the membrane after the reset, `rest` the steps still to wait; `record: ['pre']` gives the membrane before the reset.
 */
export const refractoryLif = neuron({
  name: 'refractoryLif',
  params: { beta: 0.9, threshold: 1, period: 2 },
  bounds: { beta: share, threshold: fromRest, period: { from: 0, whole: true } },
  state: { v: 0, rest: 0 },
  equations: `
    pre = where(rest > 0, 0, beta * v + input)
    spike = heaviside(pre - threshold)
    v = where(spike, 0, pre)
    rest = where(spike, period, max(rest - 1, 0))`,
})
