import { neuron } from '../neuron.ts'

/** A rectified linear unit (Nair and Hinton 2010): no spikes, no time, no parameters; what goes out is max(input, 0). */
export const relu = neuron({ name: 'relu', equations: 'spike = relu(input)' })
