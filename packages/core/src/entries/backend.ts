/**
 * What a backend is written with: its contract, the kernels it runs, and the reference backend to compare with.
 * @module
 */

export type {
  Backend,
  BackendClock,
  BackendSupports,
  Events,
  LargestAdjoint,
  MapBindings,
  MatmulOptions,
  RandomKey,
  ReverseBindings,
  ScanBindings,
  Tensor,
  Values,
} from '../backend.ts'
export { type CheckedBackend, checked } from '../checked.ts'
export { evaluateSetup, evaluateTimeVarying, type Kernel, type Kernels, kernels, type ParamValue } from '../kernel.ts'
export { type BoundLeaf, boundLeaves, type Place, placeOf } from '../places.ts'
export { reference } from '../reference/backend.ts'
export { type OracleOptions, oracle } from '../reference/oracle.ts'
export { type AddPair, longestLag, reversed, type Sites, type Wiring, weightsOf, wiring } from '../wiring.ts'
