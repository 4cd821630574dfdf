import { copyNode, createGraph, finish, type Graph, type Program } from './graph.ts'

/**
 * Rewrites exp, log, tanh, sigmoid, sin, cos and pow into additions and multiplications, so that an f32 kernel computes them by
 * the same sequence of operations, and so the same bits, on every backend. Polynomials after Cephes (Moshier), single precision.
 */
export function elementary(program: Program): Program {
  const g = createGraph()
  const moved: number[] = []
  program.nodes.forEach((node, i) => {
    const args = node.args.map((arg) => moved[arg] as number)
    const rewrite = Object.hasOwn(rewrites, node.op) ? rewrites[node.op] : undefined
    moved[i] =
      rewrite === undefined ? copyNode(g, node, args) : rewrite(arithmetic(g), args[0] as number, args[1] as number)
  })
  const entries = Object.entries(program.outputs).map(([name, node]) => [name, moved[node] as number])
  return finish(g.nodes, Object.fromEntries(entries))
}

type Arithmetic = ReturnType<typeof arithmetic>

/** Short names for the operations, so that the formulas below read as such. */
function arithmetic(g: Graph) {
  return {
    c: (value: number) => g.constant(value),
    add: (a: number, b: number) => g.emit('add', a, b),
    sub: (a: number, b: number) => g.emit('sub', a, b),
    mul: (a: number, b: number) => g.emit('mul', a, b),
    div: (a: number, b: number) => g.emit('div', a, b),
    neg: (a: number) => g.emit('neg', a),
    abs: (a: number) => g.emit('abs', a),
    floor: (a: number) => g.emit('floor', a),
    lt: (a: number, b: number) => g.emit('lt', a, b),
    eq: (a: number, b: number) => g.emit('eq', a, b),
    where: (condition: number, a: number, b: number) => g.emit('where', condition, a, b),
    clip: (a: number, low: number, high: number) => g.emit('min', g.emit('max', a, g.constant(low)), g.constant(high)),
    exp2: (n: number) => g.emit('exp2', n),
    exponent: (x: number) => g.emit('exponent', x),
    significand: (x: number) => g.emit('significand', x),
    /** Horner, highest coefficient first. */
    polynomial: (x: number, coefficients: readonly number[]) =>
      coefficients.reduce((sum: number | undefined, k) => {
        const constant = g.constant(Math.fround(k))
        return sum === undefined ? constant : g.emit('add', g.emit('mul', sum, x), constant)
      }, undefined) as number,
  }
}

const rewrites: Readonly<Record<string, (m: Arithmetic, x: number, y: number) => number>> = {
  exp,
  log,
  tanh,
  sigmoid,
  sin,
  cos,
  pow,
}

const log2e = Math.LOG2E
const ln2High = 0.693359375
const ln2Low = -0.00021219444005469057

/** x = n ln 2 + r; 2**n in two factors, so that the range reaches both ends of f32. */
function exp(m: Arithmetic, x: number): number {
  const limited = m.clip(x, -104, 88.8)
  const n = m.floor(m.add(m.mul(limited, m.c(log2e)), m.c(0.5)))
  const r = m.sub(m.sub(limited, m.mul(n, m.c(ln2High))), m.mul(n, m.c(ln2Low)))
  const p = m.polynomial(
    r,
    [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1],
  )
  const value = m.add(m.add(m.mul(m.mul(p, r), r), r), m.c(1))
  const half = m.floor(m.mul(n, m.c(0.5)))
  return m.mul(m.mul(value, m.exp2(half)), m.exp2(m.sub(n, half)))
}

/** x = 2**e f with f in [sqrt 1/2, sqrt 2). Below the least normal number it is -Infinity at 0 and NaN under it. */
function log(m: Arithmetic, x: number): number {
  const high = m.lt(m.c(Math.SQRT2), m.significand(x))
  const e = m.add(m.exponent(x), high)
  const f = m.sub(m.where(high, m.mul(m.significand(x), m.c(0.5)), m.significand(x)), m.c(1))
  const square = m.mul(f, f)
  const p = m.polynomial(
    f,
    [
      7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
      2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    ],
  )
  const tail = m.sub(m.add(m.mul(m.mul(p, f), square), m.mul(e, m.c(ln2Low))), m.mul(square, m.c(0.5)))
  const value = m.add(m.add(tail, f), m.mul(e, m.c(ln2High)))
  const finite = m.where(m.lt(x, m.c(Number.POSITIVE_INFINITY)), value, x)
  return m.where(m.lt(m.c(0), x), finite, m.where(m.eq(x, m.c(0)), m.c(Number.NEGATIVE_INFINITY), m.c(Number.NaN)))
}

function sigmoid(m: Arithmetic, x: number): number {
  const e = exp(m, m.neg(m.abs(x)))
  return m.div(m.where(m.lt(x, m.c(0)), e, m.c(1)), m.add(m.c(1), e))
}

function tanh(m: Arithmetic, x: number): number {
  const square = m.mul(x, x)
  const p = m.polynomial(
    square,
    [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1],
  )
  const small = m.add(m.mul(m.mul(p, square), x), x)
  const e = exp(m, m.mul(m.abs(x), m.c(-2)))
  const large = m.div(m.sub(m.c(1), e), m.add(m.c(1), e))
  return m.where(m.lt(m.abs(x), m.c(0.625)), small, m.where(m.lt(x, m.c(0)), m.neg(large), large))
}

/** Of |x|, reduced by multiples of pi/4 in three parts; accurate up to about 8192, within [-1, 1] beyond. */
function circular(m: Arithmetic, x: number, quarter: number): number {
  const magnitude = m.abs(x)
  const octant = m.floor(m.mul(magnitude, m.c(4 / Math.PI)))
  const even = m.mul(m.c(2), m.floor(m.mul(m.add(octant, m.c(1)), m.c(0.5))))
  const parts = [0.78515625, 0.00024187564849853516, 3.774894977445941e-8]
  const left = parts.reduce((left, part) => m.sub(left, m.mul(even, m.c(part))), magnitude)
  const r = m.clip(left, -Math.PI / 4, Math.PI / 4)
  const square = m.mul(r, r)
  const s = m.add(
    m.mul(m.mul(m.polynomial(square, [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1]), square), r),
    r,
  )
  const k = m.polynomial(square, [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2])
  const co = m.add(m.sub(m.mul(m.mul(k, square), square), m.mul(square, m.c(0.5))), m.c(1))
  // Which quarter turn the reduced angle stands in, 0 to 3.
  const turns = m.add(m.mul(even, m.c(0.5)), m.c(quarter))
  const turn = m.sub(turns, m.mul(m.c(4), m.floor(m.mul(turns, m.c(0.25)))))
  const odd = m.sub(turn, m.mul(m.c(2), m.floor(m.mul(turn, m.c(0.5)))))
  const value = m.where(odd, co, s)
  return m.where(m.lt(turn, m.c(2)), value, m.neg(value))
}

function sin(m: Arithmetic, x: number): number {
  const value = circular(m, x, 0)
  return m.where(m.lt(x, m.c(0)), m.neg(value), value)
}

function cos(m: Arithmetic, x: number): number {
  return circular(m, x, 1)
}

/** exp(y log |x|), with the sign of an odd whole power of a negative base; 0**0 = 1. */
function pow(m: Arithmetic, x: number, y: number): number {
  const magnitude = exp(m, m.mul(y, log(m, m.abs(x))))
  const whole = m.eq(m.floor(y), y)
  const half = m.mul(y, m.c(0.5))
  const even = m.eq(m.floor(half), half)
  const negative = m.where(whole, m.where(even, magnitude, m.neg(magnitude)), m.c(Number.NaN))
  return m.where(m.eq(y, m.c(0)), m.c(1), m.where(m.lt(x, m.c(0)), negative, magnitude))
}
