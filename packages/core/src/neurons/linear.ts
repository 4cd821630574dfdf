import { type Neuron, type NeuronOptions, neuron } from '../neuron.ts'

/**
 * Gives out its input: a readout without spikes, time or parameters. Throws HILLOCK_OPTION if an option is unknown.
 *
 * @example
 * ```ts
 * import { dense, sequential } from '@hillock/core'
 * import { linear } from '@hillock/core/neurons'
 *
 * sequential(8, [dense(1), linear()])
 * ```
 */
export const linear: (options?: NeuronOptions<never, never>) => Neuron = neuron({
  name: 'linear',
  equations: 'spike = input',
})
