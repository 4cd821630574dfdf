/**
 * Connections: dense, convolutions, pools and all else that maps one layer to the next, and how their weights start.
 * @module
 */

export { type BatchNormOptions, batchNorm } from '../connections/batch-norm.ts'
export {
  type Connection,
  type Dropped,
  type Link,
  type Normalized,
  type Quantized,
  type Shape,
  share,
  type WeightOptions,
} from '../connections/connection.ts'
export { type Conv, type ConvOptions, conv1d, conv2d, conv3d } from '../connections/conv.ts'
export { type Delays, delayed } from '../connections/delayed.ts'
export { type Dense, type DenseOptions, dense } from '../connections/dense.ts'
export { type DropoutOptions, dropout } from '../connections/dropout.ts'
export { flatten, identity, oneToOne } from '../connections/each.ts'
export { avgPool, maxPool, type Pool, type PoolOptions, sumPool } from '../connections/pool.ts'
export { type SparseOptions, sparse } from '../connections/sparse.ts'
export type { Window } from '../connections/window.ts'
export { type Fans, type Initializer, type InitializerName, initialize } from '../initializers.ts'
export { quantized } from '../network/quantized.ts'
export { type AddPair, type Sites, type Wiring, wiring } from '../wiring.ts'
