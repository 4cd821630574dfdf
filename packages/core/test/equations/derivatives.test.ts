import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compile } from '../../src/equations/compile.ts'
import { differentiate, reverse } from '../../src/equations/differentiate.ts'
import { createGraph, finish, type Program } from '../../src/equations/graph.ts'
import { interpret } from '../../src/equations/interpret.ts'
import { operations } from '../../src/equations/ops.ts'
import type { PointwiseOp } from '../../src/equations/program.ts'
import { define } from './definition.ts'

const names = ['a', 'b', 'c']

/** One operation of the table, its arguments the inputs a, b, c. */
function single(op: PointwiseOp, arity: number): Program {
  const g = createGraph({ simplify: false })
  const args = names.slice(0, arity).map((name) => g.leaf('input', name))
  return finish(g.nodes, { r: g.emit(op, ...args) }, { simplify: false, keepDetach: true })
}

function evaluate(program: Program, at: Readonly<Record<string, number>>): Record<string, number> {
  const results = interpret(program, 1, (node) => (node.op === 'adjoint' ? 1 : (at[node.name as string] as number)))
  return Object.fromEntries(Object.entries(results).map(([name, [value]]) => [name, value as number]))
}

/** Central difference of order 4 of the output r in one argument. */
function slope(program: Program, at: Readonly<Record<string, number>>, name: string): number {
  const h = 1e-3
  const f = (k: number) => evaluate(program, { ...at, [name]: (at[name] as number) + k * h }).r as number
  return (8 * (f(1) - f(-1)) - (f(2) - f(-2))) / (12 * h)
}

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const any = between(-3, 3)
const positive = between(0.3, 3)
const awayFrom0 = any.filter((x) => Math.abs(x) > 0.3)
const apart = ([a, b]: readonly number[]) => Math.abs(a! - b!) > 0.01

/** Where each operation is smooth. */
const domains: Partial<Record<PointwiseOp, fc.Arbitrary<number[]>>> = {
  add: fc.tuple(any, any),
  sub: fc.tuple(any, any),
  mul: fc.tuple(any, any),
  div: fc.tuple(any, awayFrom0),
  neg: fc.tuple(any),
  where: fc.tuple(fc.constantFrom(0, 1, 5), any, any),
  min: fc.tuple(any, any).filter(apart),
  max: fc.tuple(any, any).filter(apart),
  abs: fc.tuple(awayFrom0),
  sqrt: fc.tuple(positive),
  exp: fc.tuple(any),
  log: fc.tuple(positive),
  tanh: fc.tuple(any),
  sigmoid: fc.tuple(any),
  sin: fc.tuple(any),
  cos: fc.tuple(any),
  pow: fc.tuple(positive, any),
  floor: fc.tuple(any.filter((x) => Math.abs(x - Math.round(x)) > 0.01)),
  lt: fc.tuple(any, any).filter(apart),
  le: fc.tuple(any, any).filter(apart),
  eq: fc.tuple(any, any).filter(apart),
  ne: fc.tuple(any, any).filter(apart),
}
const without = ['detach', 'exp2', 'exponent', 'significand']

test('every operation of the table is tried', () => {
  expect([...Object.keys(domains), ...without].sort()).toEqual(Object.keys(operations).sort())
})

describe('the derivative agrees with finite differences', () => {
  test.each(Object.keys(domains) as PointwiseOp[])('%s', (op) => {
    const program = single(op, operations[op].arity)
    const reversed = differentiate(program, { wrt: ({ op }) => op === 'input', surrogate: undefined })
    fc.assert(
      fc.property(domains[op] as fc.Arbitrary<number[]>, (args) => {
        const at = Object.fromEntries(args.map((value, k) => [names[k], value]))
        const derivatives = evaluate(reversed, at)
        for (const name of Object.keys(at)) {
          if (op === 'where' && name === 'a') continue
          const expected = slope(program, at, name)
          expect(Math.abs((derivatives[name] as number) - expected)).toBeLessThan(
            1e-8 * Math.max(1, Math.abs(expected)),
          )
        }
      }),
    )
  })
})

/** The derivative of an expression by `input`, of the adjoint 1. */
function derivative(expression: string, input: number): number {
  const surrogate = { name: 'triangle', params: {}, derivative: 'relu(1 - abs(x))' }
  const { step } = reverse(compile(define(`spike = ${expression}`, { surrogate })))
  return evaluate(step, { input }).input as number
}

describe('at a kink', () => {
  test.each([
    ['relu(input)', [-1, 0, 1], [0, 0, 1]],
    ['abs(input)', [-1, 0, 1], [-1, 0, 1]],
    // As torch.clamp has it, 1 at both ends.
    ['clip(input, -1, 1)', [-2, -1, 0, 1, 2], [0, 1, 1, 1, 0]],
    ['clip(input, 0.5, 0.5)', [0.4, 0.5, 0.6], [0, 1, 0]],
    ['clip(0.5, input, 1)', [0.4, 0.5, 0.6], [0, 0, 1]], // what passes at a tie is the first argument
    ['clip(0.5, 0, input)', [0.4, 0.5, 0.6], [1, 0, 0]],
    ['min(2 * input, 3 * input)', [0], [3]],
    ['max(2 * input, 3 * input)', [0], [3]],
    ['input ** 2', [0], [0]],
    ['input ** abs(floor(input))', [0.5], [0]],
    ['input ** floor(abs(input))', [0, 2], [0, 4]],
  ])('%s', (expression, inputs, expected) => {
    expect(inputs.map((input) => derivative(expression, input) + 0)).toEqual(expected)
  })
})

describe('nothing flows', () => {
  test.each([
    'detach(input)',
    'detach(input * 2) + 1',
    'floor(input)',
    'input > 0',
    'where(input > 0, 1, 2)',
    'uniform()',
    'where(heaviside(input), 1, 2)',
    'winners(input, 1)',
  ])('through %s', (expression) => {
    expect(derivative(expression, 0.5)).toBe(0)
  })

  test('through the detached part alone', () => {
    expect(derivative('input * detach(input)', 3)).toBe(3)
  })
})

describe('the step function', () => {
  test('takes the surrogate for its derivative, at its own argument', () => {
    expect(derivative('heaviside(3 * input - 1)', 0.5)).toBe(1.5)
    expect(derivative('heaviside(input)', -2)).toBe(0)
  })

  test('takes it where its value at 0 is 1 too', () => {
    expect(derivative('heaviside(input, 1)', 0)).toBe(1)
  })
})

test('an input or state that is not read has the adjoint 0', () => {
  const definition = define('v = input\nspike = v', { inputs: ['input', 'other'], state: { v: 0 } })
  const { step } = reverse(compile(definition))
  expect(evaluate(step, {})).toMatchObject({ other: 0, v: 0, input: 2 })
})

describe('a branch not taken does no harm', () => {
  test.each([
    ['where(input > 0, sqrt(input), 0)', 0, 0],
    ['where(input > 0, sqrt(input), 0)', -1, 0],
    ['where(input > 0, log(input), 0)', 0, 0],
    ['where(input > 0, 1 / input, 0)', 0, 0],
    ['where(input < 1, exp(input), 0)', 1000, 0],
    ['where(input > 0, input ** 0.5, 0)', 0, 0],
    ['max(sqrt(input), 0)', 0, 0],
    ['where(input > 0, sqrt(2 * input), 3 * input)', 0, 3],
    ['where(input > 0, sqrt(input), 0)', 4, 0.25],
  ])('%s at %p', (expression, input, expected) => {
    expect(derivative(expression, input)).toBe(expected)
  })

  test('with the text as written, too', () => {
    const compiled = compile(define('spike = where(input > 0, sqrt(input), 0)'), { simplify: false })
    expect(evaluate(reverse(compiled, { simplify: false }).step, { input: 0 }).input).toBe(0)
  })
})
