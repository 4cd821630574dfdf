import { type Neuron, type NeuronOptions, neuron } from '../neuron.ts'

/**
 * A rectified linear unit (Nair and Hinton 2010), without spikes, time or parameters: what goes out is max(input, 0). Throws
 * HILLOCK_OPTION if an option is unknown.
 *
 * @example
 * ```ts
 * import { dense, sequential } from '@hillock/core'
 * import { linear, relu } from '@hillock/core/neurons'
 *
 * sequential(784, [dense(100), relu(), dense(10), linear()])
 * ```
 */
export const relu: (options?: NeuronOptions<never, never>) => Neuron = neuron({
  name: 'relu',
  equations: 'spike = relu(input)',
})
