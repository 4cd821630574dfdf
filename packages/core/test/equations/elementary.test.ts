import { describe, expect, test } from '@jest/globals'
import { elementary } from '../../src/equations/elementary.ts'
import { createGraph, finish } from '../../src/equations/graph.ts'
import { interpret } from '../../src/equations/interpret.ts'
import { isPointwise, operations } from '../../src/equations/ops.ts'
import type { PointwiseOp } from '../../src/equations/program.ts'

/** A function as an f32 kernel computes it: rewritten, and every result rounded. */
function inF32(op: PointwiseOp, a: readonly number[], b: readonly number[] = []): number[] {
  const g = createGraph({ simplify: false })
  const args = ['a', 'b'].slice(0, operations[op].arity).map((name) => g.leaf('input', name))
  const program = elementary(finish(g.nodes, { r: g.emit(op, ...args) }, { simplify: false }))
  const results = interpret(program, a.length, ({ name }) => (name === 'a' ? a : b), { round: Math.fround })
  return Array.from(results.r as Float64Array)
}

const count = 20000
/** f32 numbers spread evenly over a range, never the same twice in step with a period of the function. */
const evenly = (low: number, high: number) =>
  Array.from({ length: count }, (_, i) => Math.fround(low + ((high - low) * (i + ((i * 0.618034) % 1))) / count))
const geometrically = (low: number, high: number) => evenly(Math.log(low), Math.log(high)).map((x) => f32(Math.exp(x)))
const f32 = Math.fround

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** The largest relative error. */
function worst(got: readonly number[], wanted: readonly number[]): number {
  return Math.max(...wanted.map((value, i) => Math.abs((got[i] as number) - value) / Math.abs(value)))
}

describe('relative errors stay within', () => {
  // Half a unit in the last place is at most 6e-8.
  test.each([
    ['exp', Math.exp, evenly(-87, 88.7), 1e-7],
    ['exp', Math.exp, evenly(-1, 1), 1e-7],
    ['log', Math.log, geometrically(1.2e-38, 3.3e38), 1e-7],
    ['log', Math.log, evenly(0.5, 2), 1e-7],
    ['tanh', Math.tanh, evenly(-10, 10), 1.6e-7],
    ['tanh', Math.tanh, geometrically(1e-6, 0.7), 1.6e-7],
    ['sigmoid', sigmoid, evenly(-87, 20), 1.9e-7],
    ['sin', Math.sin, evenly(-3.1, 3.1), 1.4e-7],
    ['cos', Math.cos, evenly(-3.1, 3.1), 1.7e-7],
  ] as const)('%s', (op, exact, x, bound) => {
    expect(worst(inF32(op, x), x.map(exact))).toBeLessThan(bound)
  })

  test.each(['sin', 'cos'] as const)('an absolute error for %s of large arguments', (op) => {
    const x = evenly(-8000, 8000)
    const got = inF32(op, x)
    expect(Math.max(...x.map((value, i) => Math.abs(got[i]! - Math[op](value))))).toBeLessThan(1e-7)
  })

  test('pow: a unit for each unit of |y log x|', () => {
    const x = geometrically(1e-6, 1e6)
    const y = evenly(-5, 5).map((_, i, all) => all[(i * 7919) % count] as number)
    const got = inF32('pow', x, y)
    const errors = x.map((value, i) => {
      const exact = value ** y[i]!
      return Math.abs(got[i]! - exact) / Math.abs(exact) / (1 + Math.abs(y[i]! * Math.log(value)))
    })
    expect(Math.max(...errors)).toBeLessThan(1e-7)
  })
})

describe('the ends of the range', () => {
  const inf = Number.POSITIVE_INFINITY
  test.each([
    ['exp', [0, -inf, inf, 88.73, 1e30, -104, -1e30], [1, 0, inf, inf, inf, 0, 0]],
    ['exp', [-90, -103, 88.72].map(f32), [-90, -103, 88.72].map((x) => f32(Math.exp(f32(x))))],
    ['log', [1, 0, -0, inf, -1, -inf, Number.NaN], [0, -inf, -inf, inf, Number.NaN, Number.NaN, Number.NaN]],
    ['tanh', [0, inf, -inf, 100, -100, Number.NaN], [0, 1, -1, 1, -1, Number.NaN]],
    ['sigmoid', [0, inf, -inf, 100, -1e30, Number.NaN], [0.5, 1, 0, 1, 0, Number.NaN]],
    ['sin', [0, inf, -inf, Number.NaN], [0, Number.NaN, Number.NaN, Number.NaN]],
    ['cos', [0, inf, -inf, Number.NaN], [1, Number.NaN, Number.NaN, Number.NaN]],
  ] as const)('of %s', (op, inputs, expected) => {
    expect(inF32(op, inputs)).toEqual(expected)
  })

  test('of pow: what JavaScript says of whole numbers and their like', () => {
    const inputs = [0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, inf, Number.NaN]
    const pairs = inputs.flatMap((x) => inputs.map((y) => [x, y] as const))
    const got = inF32(
      'pow',
      pairs.map(([x]) => x),
      pairs.map(([, y]) => y),
    )
    pairs.forEach(([x, y], i) => {
      const exact = x ** y
      const shown = `${x} ** ${y} = ${got[i]}`
      if (Number.isFinite(exact))
        expect(`${shown}, ${Math.abs(got[i]! - exact) <= 2e-7 * Math.abs(exact)}`).toBe(`${shown}, true`)
      else expect(shown).toBe(`${x} ** ${y} = ${exact}`)
    })
  })

  test('of sin and cos: beyond all accuracy they stay within [-1, 1]', () => {
    const x = [1e6, -1e7, 1e10, -1e20, 1e30]
    for (const value of [...inF32('sin', x), ...inF32('cos', x)]) expect(Math.abs(value)).toBeLessThanOrEqual(1)
  })
})

test('sin and tanh are odd, cos even, to the bit', () => {
  const x = evenly(-20, 20)
  const mirrored = x.map((value) => -value)
  expect(inF32('sin', mirrored)).toEqual(inF32('sin', x).map((value) => -value))
  expect(inF32('tanh', mirrored)).toEqual(inF32('tanh', x).map((value) => -value))
  expect(inF32('cos', mirrored)).toEqual(inF32('cos', x))
})

test('nothing is left that a backend computes in its own way', () => {
  const g = createGraph()
  const x = g.leaf('input', 'x')
  const all = (['exp', 'log', 'tanh', 'sigmoid', 'sin', 'cos'] as const).map((op) => g.emit(op, x))
  const r = [...all, g.emit('pow', x, x)].reduce((sum, value) => g.emit('add', sum, value))
  const ops = new Set(elementary(finish(g.nodes, { r })).nodes.map(({ op }) => op))
  const plain = ['add', 'sub', 'mul', 'div', 'neg', 'abs', 'floor', 'min', 'max', 'where', 'lt', 'le', 'eq', 'ne']
  const bits = ['exp2', 'exponent', 'significand']
  expect([...ops].filter((op) => isPointwise(op) && ![...plain, ...bits].includes(op))).toEqual([])
})
