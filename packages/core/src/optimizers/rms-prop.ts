import { type Optimizer, type OptimizerOptions, optimizer } from './optimizer.ts'

const make = optimizer<'rate' | 'smoothing' | 'epsilon' | 'decay'>({
  name: 'rmsProp',
  params: { rate: 0.01, smoothing: 0.99, epsilon: 1e-8, decay: 0 },
  bounds: { rate: [0, Infinity], smoothing: { from: 0, below: 1 }, epsilon: [0, Infinity], decay: [0, Infinity] },
  state: { v: 0 },
  equations: `
    slope = gradient + decay * weight
    v = smoothing * v + (1 - smoothing) * (slope * slope)
    weight = weight - rate * (slope / (sqrt(v) + epsilon))
  `,
})

/** Gradients divided by their running root mean square (Hinton 2012), epsilon and weight decay as in torch. Throws HILLOCK_OPTION if an option is wrong. */
export const rmsProp = (options: OptimizerOptions<'rate' | 'smoothing' | 'epsilon' | 'decay'> = {}): Optimizer =>
  make(options)
