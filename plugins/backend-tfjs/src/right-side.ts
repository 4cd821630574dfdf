import type { Tf, TfTensor } from './tf.ts'

/**
 * A matrix as the right side of a product. tfjs-wasm keeps what it has prepared of a right side under the id of the data, and takes that again
 * for every later product with these data, whatever shape they have by then. Tensors that `reshape` makes share their data, so it is given a copy.
 */
export const rightSide = (tf: Tf, x: TfTensor): TfTensor => (tf.getBackend() === 'wasm' ? tf.clone(x) : x)
