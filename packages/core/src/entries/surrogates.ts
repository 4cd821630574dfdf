/**
 * Surrogate derivatives of the step function, which `heaviside` takes in the backward pass.
 * @module
 */

export type { Surrogate } from '../equations/definition.ts'
export {
  type ArctanOptions,
  arctan,
  type BoxcarOptions,
  boxcar,
  fastSigmoid,
  type GaussianOptions,
  gaussian,
  type SlopeOptions,
  sigmoid,
  straightThrough,
  surrogateFunction,
  type TriangularOptions,
  triangular,
} from '../surrogates.ts'
