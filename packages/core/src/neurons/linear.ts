import { neuron } from '../neuron.ts'

/** The input itself goes out: a readout without dynamics. */
export const linear = neuron({ name: 'linear', equations: 'spike = input' })
