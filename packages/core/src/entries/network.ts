/**
 * Networks: a chain of layers, or any graph of them, and what describes their parts.
 * @module
 */

export {
  type From,
  type Input,
  network,
  neurons,
  type Population,
  type PopulationOptions,
  type SourceOptions,
  type SourceText,
} from '../network/graph.ts'
export {
  type Layer,
  lastingOf,
  type Network,
  type Parameter,
  parametersOf,
  type Source,
  type SourcePart,
  weightNames,
} from '../network/layer.ts'
export { sequential } from '../network/sequential.ts'
