import type { Graph, LayerOp, Op, PointwiseOp, ProductOp } from './program.ts'

/** What a derivative rule may use: the result `r`, its adjoint `y`, the arguments, and a graph to write into. */
export interface Adjoint {
  readonly g: Graph
  readonly y: number
  readonly r: number
  readonly args: readonly [number, number, number]
  /** Guards a singular rule: 0 where the adjoint is 0, so that a branch not taken gives no 0 * infinity. */
  readonly guard: (value: number) => number
}

export interface Operation {
  readonly arity: number
  /** The meaning, in f64. */
  readonly value: (a: number, b: number, c: number) => number
  /** For each argument the adjoint it receives; null where none flows. */
  readonly adjoints: readonly (((at: Adjoint) => number) | null)[]
  readonly commutes?: true
}

const truth = (condition: boolean): number => (condition ? 1 : 0)

/** Pointwise operations: the closed table of the language. Every backend prints these and nothing else. */
export const operations: Readonly<Record<PointwiseOp, Operation>> = {
  add: { arity: 2, value: (a, b) => a + b, adjoints: [({ y }) => y, ({ y }) => y], commutes: true },
  sub: { arity: 2, value: (a, b) => a - b, adjoints: [({ y }) => y, ({ g, y }) => g.emit('neg', y)] },
  mul: {
    arity: 2,
    value: (a, b) => a * b,
    adjoints: [({ g, y, args: [, b] }) => g.emit('mul', y, b), ({ g, y, args: [a] }) => g.emit('mul', y, a)],
    commutes: true,
  },
  div: {
    arity: 2,
    value: (a, b) => a / b,
    adjoints: [
      ({ g, y, args: [, b], guard }) => guard(g.emit('div', y, b)),
      ({ g, y, r, args: [, b], guard }) => guard(g.emit('neg', g.emit('div', g.emit('mul', y, r), b))),
    ],
  },
  neg: { arity: 1, value: (a) => -a, adjoints: [({ g, y }) => g.emit('neg', y)] },
  lt: { arity: 2, value: (a, b) => truth(a < b), adjoints: [null, null] },
  le: { arity: 2, value: (a, b) => truth(a <= b), adjoints: [null, null] },
  eq: { arity: 2, value: (a, b) => truth(a === b), adjoints: [null, null], commutes: true },
  ne: { arity: 2, value: (a, b) => truth(a !== b), adjoints: [null, null], commutes: true },
  where: {
    arity: 3,
    value: (condition, a, b) => (condition !== 0 ? a : b),
    adjoints: [
      null,
      ({ g, y, args: [c] }) => g.emit('where', c, y, g.constant(0)),
      ({ g, y, args: [c] }) => g.emit('where', c, g.constant(0), y),
    ],
  },
  min: {
    arity: 2,
    value: (a, b) => Math.min(a, b),
    adjoints: [
      ({ g, y, args: [a, b] }) => g.emit('where', g.emit('lt', a, b), y, g.constant(0)),
      ({ g, y, args: [a, b] }) => g.emit('where', g.emit('lt', a, b), g.constant(0), y),
    ],
  },
  max: {
    arity: 2,
    value: (a, b) => Math.max(a, b),
    adjoints: [
      ({ g, y, args: [a, b] }) => g.emit('where', g.emit('lt', b, a), y, g.constant(0)),
      ({ g, y, args: [a, b] }) => g.emit('where', g.emit('lt', b, a), g.constant(0), y),
    ],
  },
  abs: {
    arity: 1,
    value: Math.abs,
    adjoints: [
      ({ g, y, args: [a] }) => {
        const zero = g.constant(0)
        const below = g.emit('where', g.emit('lt', a, zero), g.emit('neg', y), zero)
        return g.emit('where', g.emit('lt', zero, a), y, below)
      },
    ],
  },
  sqrt: {
    arity: 1,
    value: Math.sqrt,
    adjoints: [({ g, y, r, guard }) => guard(g.emit('div', g.emit('mul', y, g.constant(0.5)), r))],
  },
  exp: { arity: 1, value: Math.exp, adjoints: [({ g, y, r, guard }) => guard(g.emit('mul', y, r))] },
  log: { arity: 1, value: Math.log, adjoints: [({ g, y, args: [a], guard }) => guard(g.emit('div', y, a))] },
  tanh: {
    arity: 1,
    value: Math.tanh,
    adjoints: [({ g, y, r }) => g.emit('mul', y, g.emit('sub', g.constant(1), g.emit('mul', r, r)))],
  },
  sigmoid: {
    arity: 1,
    value: (a) => 1 / (1 + Math.exp(-a)),
    adjoints: [({ g, y, r }) => g.emit('mul', y, g.emit('mul', r, g.emit('sub', g.constant(1), r)))],
  },
  sin: { arity: 1, value: Math.sin, adjoints: [({ g, y, args: [a] }) => g.emit('mul', y, g.emit('cos', a))] },
  cos: {
    arity: 1,
    value: Math.cos,
    adjoints: [({ g, y, args: [a] }) => g.emit('neg', g.emit('mul', y, g.emit('sin', a)))],
  },
  pow: {
    arity: 2,
    value: (a, b) => a ** b,
    adjoints: [
      ({ g, y, args: [a, b], guard }) => {
        const lower = g.emit('pow', a, g.emit('sub', b, g.constant(1)))
        const flat = g.emit('eq', b, g.constant(0))
        return guard(g.emit('where', flat, g.constant(0), g.emit('mul', y, g.emit('mul', b, lower))))
      },
      ({ g, y, r, args: [a] }) => {
        const positive = g.emit('lt', g.constant(0), a)
        return g.emit('mul', y, g.emit('where', positive, g.emit('mul', r, g.emit('log', a)), g.constant(0)))
      },
    ],
  },
  floor: { arity: 1, value: Math.floor, adjoints: [null] },
  detach: { arity: 1, value: (a) => a, adjoints: [null] },
  // What `exp` and `log` are made of in f32 (elementary.ts); a program's text cannot name them.
  /** 2**n for a whole n in [-126, 127]. */
  exp2: { arity: 1, value: (n) => 2 ** n, adjoints: [null] },
  /** floor(log2 |x|) of a normal number. */
  exponent: { arity: 1, value: (x) => binary(x).exponent, adjoints: [null] },
  /** x / 2**exponent(x), in [1, 2). */
  significand: { arity: 1, value: (x) => binary(x).significand, adjoints: [null] },
}

function binary(x: number): { exponent: number; significand: number } {
  let exponent = Math.floor(Math.log2(Math.abs(x)))
  if (2 ** exponent > Math.abs(x)) exponent--
  if (2 ** (exponent + 1) <= Math.abs(x)) exponent++
  return { exponent, significand: x / 2 ** exponent }
}

/** heaviside(x): its derivative is the surrogate, so it stands outside the table. `atZero` is its value at 0. */
export const heaviside = (x: number, atZero: number): number => (x > 0 ? 1 : x === 0 ? atZero : 0)

/** The sum of what is not 0 times its weight, in order; every product and sum is rounded. */
function dot(x: ArrayLike<number>, weight: (k: number) => number, round: (value: number) => number): number {
  let sum = 0
  for (let k = 0; k < x.length; k++) if (x[k] !== 0) sum = round(sum + round(x[k]! * weight(k)))
  return sum
}

/** Layer-scope operations see all neurons of one sample at once. */
export const layerOperations = {
  /** 1 for the k largest, ties to the lowest index, NaN never; k is taken from the first neuron. */
  winners: {
    arity: 2,
    value: (x: ArrayLike<number>, k: ArrayLike<number>): Float64Array => {
      const result = new Float64Array(x.length)
      const order = Array.from({ length: x.length }, (_, i) => i).filter((i) => !Number.isNaN(x[i]))
      order.sort((i, j) => (x[j] as number) - (x[i] as number) || i - j)
      for (const i of order.slice(0, Math.max(0, Math.floor(k[0] ?? 0)))) result[i] = 1
      return result
    },
  },
  /** The sum over the layer, in order, for every neuron. */
  total: {
    arity: 1,
    value: (x: ArrayLike<number>, _: unknown, round: (value: number) => number): Float64Array => {
      let sum = 0
      for (let i = 0; i < x.length; i++) sum = round(sum + (x[i] as number))
      return new Float64Array(x.length).fill(sum)
    },
  },
  /** x times a matrix [N, N], its rows added in order. Where x is 0 the row does not count. */
  product: {
    arity: 1,
    value: (x: ArrayLike<number>, matrix: ArrayLike<number>, round: (value: number) => number): Float64Array =>
      Float64Array.from(x, (_, n) => dot(x, (k) => matrix[k * x.length + n]!, round)),
  },
  /** The same with the matrix transposed: what the derivative of `product` is made of. A program's text cannot name it. */
  productTransposed: {
    arity: 1,
    value: (x: ArrayLike<number>, matrix: ArrayLike<number>, round: (value: number) => number): Float64Array =>
      Float64Array.from(x, (_, n) => dot(x, (k) => matrix[n * x.length + k]!, round)),
  },
} as const

export const isLayerOp = (op: Op): op is LayerOp => op in layerOperations
export const isProduct = (op: Op): op is ProductOp => op === 'product' || op === 'productTransposed'
export const isPointwise = (op: Op): op is PointwiseOp => op in operations
