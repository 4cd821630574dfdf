import { fastSigmoid, neuron } from '@hillock/core'

/** Learns parameters that may hardly move. */
export const narrow = () =>
  neuron({
    name: 'narrow',
    params: { beta: 0.9, threshold: 1 },
    bounds: { beta: [0.899, 0.901], threshold: { above: 0.999, below: 1.001 } },
    state: { v: 0 },
    surrogate: fastSigmoid({ slope: 5 }),
    equations: `
      pre = beta * v + input
      spike = heaviside(pre - threshold)
      v = pre - threshold * detach(spike)`,
  })({ learn: ['beta', 'threshold'] })
