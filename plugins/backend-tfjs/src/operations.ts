import { HillockError } from '@hillock/core'
import type { Node } from '@hillock/core/equations'
import type { Tf, TfTensor } from './tf.ts'

type Op = Node['op']

/** Whether an operation gives truth values; tfjs keeps those in tensors of another kind. */
export const isCondition = (op: Op): boolean =>
  op === 'heaviside' || op === 'lt' || op === 'le' || op === 'eq' || op === 'ne' || op === 'winners'

/** The operations of programs on tensors of tfjs: of numbers, and for conditions to truth values. */
export function createOperations(tf: Tf, constant: (value: number) => TfTensor) {
  const { minimum, maximum } = tf
  const isWasm = () => tf.getBackend() === 'wasm'
  /** tfjs-wasm takes 10 times as long for `broadcastTo`. */
  const spread = (x: TfTensor, shape: readonly number[]): TfTensor =>
    String(x.shape) === String(shape) ? x : tf.mul(x, tf.ones([...shape]))
  const choose = (condition: TfTensor, a: TfTensor, b: TfTensor): TfTensor => {
    const whole = (x: TfTensor) => (x.size < condition.size ? spread(x, condition.shape) : x)
    return tf.where(condition, whole(a), whole(b))
  }
  /** Those of tfjs-wasm take the other number where one is NaN. */
  const orNan = (best: typeof minimum) => (a: TfTensor, b: TfTensor) =>
    isWasm() ? choose(tf.logicalOr(tf.isNaN(a), tf.isNaN(b)), constant(Number.NaN), best(a, b)) : best(a, b)
  /** As JavaScript has it, while in C powers of 1 are 1, even that of NaN. A base of -0 counts as 0, as on other backends. */
  function power(a: TfTensor, b: TfTensor): TfTensor {
    const base = tf.add(a, constant(0))
    const none = tf.isNaN(tf.mul(b, tf.log(tf.abs(base))))
    return choose(tf.logicalAnd(none, tf.notEqual(b, constant(0))), constant(Number.NaN), tf.pow(base, b))
  }

  const table: Readonly<Partial<Record<Op, (a: TfTensor, b: TfTensor) => TfTensor>>> = {
    add: tf.add,
    sub: tf.sub,
    mul: tf.mul,
    div: tf.div,
    neg: tf.neg,
    abs: tf.abs,
    floor: tf.floor,
    sqrt: tf.sqrt,
    exp: tf.exp,
    log: tf.log,
    tanh: tf.tanh,
    sigmoid: tf.sigmoid,
    sin: tf.sin,
    cos: tf.cos,
    pow: power,
    min: orNan(minimum),
    max: orNan(maximum),
    detach: (a) => a,
    lt: tf.less,
    le: tf.lessEqual,
    eq: tf.equal,
    ne: tf.notEqual,
  }

  return {
    apply(op: Op, args: readonly TfTensor[]): TfTensor {
      const act = table[op]
      if (act) return act(args[0]!, args[1]!)
      const hint = 'give it programs as core compiles them'
      throw new HillockError('HILLOCK_UNSUPPORTED', `the tfjs backend has no operation '${op}'`, { hint })
    },
    spread,
    choose,
    isAbove: (x: TfTensor, orEqual: boolean) =>
      orEqual ? tf.greaterEqual(x, constant(0)) : tf.greater(x, constant(0)),
    isTrue: (x: TfTensor) => tf.notEqual(x, constant(0)),
    toNumber: (condition: TfTensor) => tf.cast(condition, 'float32'),
    /** 1 above 0, else 0: the number of `isAbove`. tfjs-wasm is slow at comparing; its `clipByValue` makes NaN 0. */
    step: (x: TfTensor) =>
      isWasm() ? tf.step(tf.clipByValue(x, 0, 1)) : tf.cast(tf.greater(x, constant(0)), 'float32'),
    /** The sum over the layer, for every neuron: [B, N]. */
    total: (x: TfTensor) => spread(tf.sum(x, -1, true), x.shape),
    winners: (x: TfTensor, k: TfTensor) => winners(tf, x, k),
  }
}

/** Whether each of [B, N] is among the k largest of its sample, ties to the lowest index, NaN never; k, [B, N], is that of the first neuron. */
function winners(tf: Tf, x: TfTensor, k: TfTensor): TfTensor {
  const [batch, size] = x.shape as [number, number]
  const none = tf.isNaN(x)
  // NaN comes behind -Infinity, which is made the least finite number.
  const ranked = tf.where(none, -Infinity, tf.where(tf.equal(x, -Infinity), tf.scalar(-3.4028234663852886e38), x))
  const { indices } = tf.topk(ranked, size, true)
  const first = tf.floor(tf.slice(k, [0, 0], [batch, 1]))
  const chosen = tf.cast(tf.less(tf.range(0, size, 1, 'float32'), first), 'float32')
  const rows = tf.broadcastTo(tf.reshape(tf.range(0, batch, 1, 'int32'), [batch, 1]), [batch, size])
  const places = tf.reshape(tf.stack([rows, indices], -1), [batch * size, 2])
  const found = tf.scatterND(places, tf.reshape(chosen, [batch * size]), [batch, size])
  return tf.logicalAnd(tf.greater(found, 0), tf.logicalNot(none))
}
