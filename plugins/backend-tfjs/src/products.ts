import type { MatmulOptions } from '@hillock/core/backend'
import { sizeOf } from '@hillock/core/options'
import { rightSide } from './right-side.ts'
import type { Held } from './store.ts'
import type { Tf, TfTensor } from './tf.ts'
import type { Tools } from './tools.ts'

/** out = a b (+ bias). */
export function matmul({ tf, store }: Tools, a: Held, b: Held, out: Held, options: MatmulOptions): void {
  const { transposeA = false, transposeB = false, bias, accumulate } = options
  /** A matrix, to be transposed or not: tfjs-wasm multiplies transposed ones 13 times slower than it transposes and multiplies them. */
  const matrix = (t: Held, transpose: boolean): readonly [TfTensor, boolean] => {
    const columns = t.shape.at(-1) ?? 1
    const flat = tf.reshape(store.wholeOf(t), [sizeOf(t.shape.slice(0, -1)), columns])
    return transpose && tf.getBackend() === 'wasm' ? [tf.transpose(flat), false] : [flat, transpose]
  }
  function product(): TfTensor {
    const empty = sizeOf(a.shape) === 0 || sizeOf(b.shape) === 0
    if (empty) return tf.zeros([...out.shape])
    const [[left, turnLeft], [right, turnRight]] = [matrix(a, transposeA), matrix(b, transposeB)]
    const multiply = (x: TfTensor) => tf.matMul(left, rightSide(tf, x), turnLeft, turnRight)
    const skips = a.kind === 'spikes' && !Number.isFinite(tf.sum(right).dataSync()[0])
    return tf.reshape(skips ? skipping(tf, right, multiply) : multiply(right), [...out.shape])
  }
  const found = product()
  const added = accumulate ? store.wholeOf(out) : bias && store.wholeOf(bias as Held)
  store.setWhole(out, added ? tf.add(found, added) : found)
}

/** A product with spikes: what no spike reaches does not count, and 0 times NaN or infinity, which is NaN, must not be in the sum. */
function skipping(tf: Tf, b: TfTensor, multiply: (x: TfTensor) => TfTensor): TfTensor {
  const rest = multiply(tf.where(tf.isFinite(b), b, tf.zerosLike(b)))
  return [Infinity, -Infinity].reduce((sum, special) => {
    const marks = tf.cast(tf.logicalOr(tf.isNaN(b), tf.equal(b, special)), 'float32')
    const reached = multiply(marks)
    return tf.where(tf.greater(reached, 0), tf.add(sum, special), sum)
  }, rest)
}

/** Sums over leading dimensions. */
export function sum({ tf, store }: Tools, a: Held, out: Held): void {
  const [all, size] = [sizeOf(a.shape), sizeOf(out.shape)]
  if (all === 0 || size === 0) store.setWhole(out, tf.zeros([...out.shape]))
  else store.setWhole(out, tf.reshape(tf.sum(tf.reshape(store.wholeOf(a), [all / size, size]), 0), [...out.shape]))
}

/** Copies time steps. */
export function slice({ tf, store }: Tools, a: Held, from: number, out: Held): void {
  const steps = out.shape[0]!
  if (a.rows) store.setKept(out, a.rows.slice(from, from + steps).map(store.keep))
  else store.setWhole(out, tf.slice(store.wholeOf(a), [from], [steps]))
}
