import { neuron } from '@hillock/core'

/**
 * A neuron to begin with: a leaky membrane, a spike above the threshold, a reset to zero, in this order within each step.
 *
 * - `beta`: what is left of the membrane after a step, from 0 to 1. Default: 0.9.
 * - `threshold`: what the membrane must pass, in units of the input. Default: 1.
 */
export const templateName = neuron({
  name: 'template-name',
  params: { beta: 0.9, threshold: 1 },
  bounds: { beta: [0, 1] },
  state: { v: 0 },
  equations: `
    v = beta * v + input
    spike = heaviside(v - threshold)
    v = where(detach(spike), 0, v)`,
})
