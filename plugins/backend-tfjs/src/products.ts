import type { MatmulOptions } from '@hillock/core'
import { type Held, sizeOf } from './store.ts'
import type { TfTensor } from './tf.ts'
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
    return tf.reshape(tf.matMul(left, right, turnLeft, turnRight), [...out.shape])
  }
  const found = product()
  const added = accumulate ? store.wholeOf(out) : bias && store.wholeOf(bias as Held)
  store.setWhole(out, added ? tf.add(found, added) : found)
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
