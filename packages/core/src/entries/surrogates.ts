/**
 * Surrogate derivatives of the step function, which `heaviside` takes in the backward pass.
 * @module
 */

export type { Surrogate } from '../equations/definition.ts'
export {
  arctan,
  boxcar,
  fastSigmoid,
  gaussian,
  sigmoid,
  straightThrough,
  surrogateFunction,
  triangular,
} from '../surrogates.ts'
