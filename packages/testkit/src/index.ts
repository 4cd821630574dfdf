export { encoderConformance, type TestFunctions } from './encoder-conformance.ts'
export { type NeuronConformanceOptions, neuronConformance } from './neuron-conformance.ts'
export { type RandomProgram, type RandomProgramOptions, randomProgram } from './programs.ts'
