import { neuron } from '../neuron.ts'
import { share } from './firing.ts'

/**
 * A membrane that leaks and never fires: the readout of Neftci, Mostafa and Zenke 2019 and Bellec et al. 2020. What goes out
 * is the membrane itself, a graded value.
 *
 * - `beta`: what is left of the membrane after a step, in [0, 1]; 1 sums the input; 0.9.
 */
export const leakyIntegrator = neuron({
  name: 'leakyIntegrator',
  params: { beta: 0.9 },
  bounds: { beta: share },
  state: { v: 0 },
  equations: `
    v = beta * v + input
    spike = v`,
})
