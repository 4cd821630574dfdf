import { type Optimizer, type OptimizerOptions, optimizer } from './optimizer.ts'

const make = optimizer<'beta1' | 'beta2' | 'epsilon' | 'decay'>({
  name: 'adamax',
  params: { rate: 2e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0 },
  bounds: {
    rate: [0, Infinity],
    beta1: { from: 0, below: 1 },
    beta2: { from: 0, below: 1 },
    epsilon: [0, Infinity],
    decay: [0, Infinity],
  },
  state: { m: 0, u: 0 },
  equations: `
    slope = gradient + decay * weight
    m = beta1 * m + (1 - beta1) * slope
    u = max(beta2 * u, abs(slope) + epsilon)
    weight = weight - rate / (1 - beta1 ** step) * (m / u)
  `,
})

/**
 * Adam with the largest gradient in place of their mean square (Kingma and Ba 2015, section 7.1), epsilon and weight decay as in
 * torch. Throws HILLOCK_OPTION if an option is wrong.
 */
export const adamax = (options: OptimizerOptions<'rate' | 'beta1' | 'beta2' | 'epsilon' | 'decay'> = {}): Optimizer =>
  make(options)
