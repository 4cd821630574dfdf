import { type LargestAdjoint, type MatmulOptions, reversed } from '@hillock/core/backend'
import type { Wiring } from '@hillock/core/connections'
import { sizeOf } from '@hillock/core/options'
import { type Part, pairsOf, planOf } from './plan.ts'
import { rightSide } from './right-side.ts'
import type { Held } from './store.ts'
import type { Tf, TfTensor } from './tf.ts'
import type { Tools } from './tools.ts'

// Products by a wiring: what each site sees is gathered into patches, which are multiplied as matrices.

/** out = a b by a wiring. */
export function wiredProduct(
  { tf, store }: Tools,
  a: Held,
  b: Held,
  out: Held,
  { wiring, transposeA, transposeB, bias, accumulate }: MatmulOptions & { readonly wiring: Wiring },
): void {
  const found = () => {
    if (sizeOf(a.shape) === 0 || sizeOf(out.shape) === 0 || (transposeA && sizeOf(b.shape) === 0))
      return tf.zeros([...out.shape])
    if (transposeA) return gradient(tf, over(tf, store.wholeOf(a), a), over(tf, store.wholeOf(b), b), wiring)
    const { from, to, slots, diagonal } = wiring
    const matrices = tf.reshape(store.wholeOf(b), diagonal ? [slots, 1, to.width] : [slots, from.width, to.width])
    const weights = transposeB && !diagonal ? tf.transpose(matrices, [0, 2, 1]) : matrices
    const way = transposeB ? reversed(wiring) : wiring
    const steps = wiring.lag ? out.shape[0]! : 1
    return product(tf, over(tf, store.wholeOf(a), wiring.lag ? a : undefined), weights, way, steps, transposeB ? -1 : 1)
  }
  const shaped = tf.reshape(found(), [...out.shape])
  const [length = 1] = bias?.shape ?? []
  const repeated = () => tf.tile(store.wholeOf(bias as Held), [out.shape.at(-1)! / length])
  const added = accumulate ? store.wholeOf(out) : bias && repeated()
  store.setWhole(out, added ? tf.add(shaped, added) : shaped)
}

/** [T, rows, N]: what lags go over, and the rest; without lags all rows are of one step. */
function over(tf: Tf, whole: TfTensor, like: Held | undefined): TfTensor {
  const size = whole.shape.at(-1)!
  return tf.reshape(whole, like?.shape.length === 3 ? [...like.shape] : [1, whole.size / size, size])
}

/** What stands in the first of `steps` steps of x, moved later by `lag` steps, or earlier, in so many. */
function shifted(tf: Tf, x: TfTensor, lag: number, steps: number): TfTensor | undefined {
  const [length, rows, size] = x.shape as [number, number, number]
  const [skip, before] = lag < 0 ? [-lag, 0] : [0, lag]
  const count = Math.min(length - skip, steps - before)
  if (count <= 0) return undefined
  const taken = count === length ? x : tf.slice(x, [skip, 0, 0], [count, rows, size])
  const pads: [number, number][] = [
    [before, steps - before - count],
    [0, 0],
    [0, 0],
  ]
  return before === 0 && steps === count ? taken : tf.pad(taken, pads)
}

/** Matrices, or vectors, of the pairs of a part. A pair that is only padding gets 0. */
const chosen = (tf: Tf, weights: TfTensor, { slot }: Part): TfTensor =>
  tf.gather(
    tf.pad(weights, [
      [0, 1],
      [0, 0],
      [0, 0],
    ]),
    tf.tensor1d(slot, 'int32'),
  )

/** Patches [rows, sites of the output, places, width]; `filler` stands where there is none. */
function patches(tf: Tf, x: TfTensor, { from, to }: Wiring, { site, each }: Part, filler = 0): TfTensor {
  const rows = x.size / (from.count * from.width)
  const sites = tf.pad(
    tf.reshape(x, [rows, from.count, from.width]),
    [
      [0, 0],
      [0, 1],
      [0, 0],
    ],
    filler,
  )
  return tf.reshape(tf.gather(sites, tf.tensor1d(site, 'int32'), 1), [rows, to.count, each, from.width])
}

/** Whether all sites of the output have the same matrices. */
const isSame = ({ slot, each }: Part): boolean => slot.length === each

function product(tf: Tf, x: TfTensor, weights: TfTensor, wiring: Wiring, steps: number, sign: 1 | -1): TfTensor {
  const { to, diagonal } = wiring
  const parts = planOf(wiring).flatMap((part) => {
    const moved = shifted(tf, x, sign * part.lag, steps)
    if (moved === undefined) return []
    const [found, own] = [patches(tf, moved, wiring, part), chosen(tf, weights, part)]
    const [rows, sites, each, width] = found.shape as [number, number, number, number]
    if (diagonal) {
      const factors = tf.reshape(own, isSame(part) ? [1, 1, each, width] : [1, sites, each, width])
      return [tf.reshape(tf.sum(tf.mul(found, factors), 2), [rows, sites * width])]
    }
    if (isSame(part)) {
      const matrix = tf.reshape(own, [each * width, to.width])
      return [tf.reshape(tf.matMul(tf.reshape(found, [rows * sites, each * width]), matrix), [rows, sites * to.width])]
    }
    const batched = tf.transpose(tf.reshape(found, [rows, sites, each * width]), [1, 0, 2])
    const sums = tf.matMul(batched as never, tf.reshape(own, [sites, each * width, to.width]) as never)
    return [tf.reshape(tf.transpose(sums, [1, 0, 2]), [rows, sites * to.width])]
  })
  return parts.length === 0 ? tf.zeros([steps, x.shape[1]!, to.count * to.width]) : tf.addN(parts)
}

/** x^T delta: a matrix, or a vector, for each slot. */
function gradient(tf: Tf, x: TfTensor, delta: TfTensor, wiring: Wiring): TfTensor {
  const { to, slots, diagonal } = wiring
  const lagging = wiring.lag !== undefined
  const given = (tensor: TfTensor) => (lagging ? tensor : tf.reshape(tensor, [1, -1, tensor.shape.at(-1)!]))
  const steps = lagging ? delta.shape[0]! : 1
  const parts = planOf(wiring).flatMap((part) => {
    const moved = shifted(tf, given(x), part.lag, steps)
    if (moved === undefined) return []
    const found = patches(tf, moved, wiring, part)
    const [rows, sites, each, width] = found.shape as [number, number, number, number]
    const errors = tf.reshape(given(delta), [rows, sites, to.width])
    const sums = () => {
      if (diagonal) {
        const terms = tf.mul(found, tf.reshape(errors, [rows, sites, 1, width]))
        return tf.reshape(tf.sum(terms, isSame(part) ? [0, 1] : 0), [-1, width])
      }
      if (isSame(part)) {
        const seen = tf.reshape(found, [rows * sites, each * width])
        const right = rightSide(tf, tf.reshape(errors, [rows * sites, to.width]))
        return tf.reshape(tf.matMul(tf.transpose(seen), right), [each, -1])
      }
      const seen = tf.transpose(tf.reshape(found, [rows, sites, each * width]), [1, 2, 0])
      return tf.reshape(tf.matMul(seen as never, tf.transpose(errors, [1, 0, 2]) as never), [sites * each, -1])
    }
    return [gathered(tf, sums(), part.slot, slots)]
  })
  const size = diagonal ? to.width : wiring.from.width * to.width
  return parts.length === 0 ? tf.zeros([slots, size]) : tf.addN(parts)
}

/** Sums of the rows that go to each of `count` places; those of the place beyond them are dropped. */
function gathered(tf: Tf, rows: TfTensor, places: Int32Array, count: number): TfTensor {
  const size = rows.shape[1]!
  const sums = tf.scatterND(tf.tensor2d(places, [places.length, 1], 'int32'), rows, [count + 1, size])
  return tf.slice(sums, [0, 0], [count, size])
}

/** out = the largest of the sites that reach a site, or the adjoint of that. */
export function largest(
  { tf, store }: Tools,
  a: Held,
  wiring: Wiring,
  out: Held,
  adjoint: LargestAdjoint | undefined,
): void {
  const target = adjoint ? (adjoint.into as Held) : out
  if (sizeOf(a.shape) === 0 || sizeOf(out.shape) === 0) {
    store.setWhole(target, tf.zeros([...target.shape]))
    return
  }
  const { from, to } = wiring
  const part = pairsOf(wiring)
  const found = patches(tf, store.wholeOf(a), wiring, part, -Infinity)
  const [rows, sites, each, width] = found.shape as [number, number, number, number]
  if (!adjoint) {
    const best = tf.max(found, 2)
    store.setWhole(out, tf.reshape(tf.where(tf.equal(best, -Infinity), tf.zerosLike(best), best), [...out.shape]))
    return
  }
  // One place after another: the first that holds the largest takes all.
  const best = tf.reshape(store.wholeOf(out), [rows, sites, 1, width])
  const holds = tf.cast(tf.equal(found, best), 'float32')
  const before = tf.cumsum(holds, 2, true)
  const first = tf.mul(holds, tf.cast(tf.equal(before, 0), 'float32'))
  const errors = tf.mul(first, tf.reshape(store.wholeOf(adjoint.signal as Held), [rows, to.count, 1, width]))
  const byPlace = tf.reshape(tf.transpose(errors, [1, 2, 0, 3]), [sites * each, rows * width])
  const sums = tf.reshape(gathered(tf, byPlace, part.site, from.count), [from.count, rows, width])
  store.setWhole(target, tf.reshape(tf.transpose(sums, [1, 0, 2]), [...target.shape]))
}
