import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { explain } from '../../src/equations/explain.ts'
import { type Expression, parseExpression } from '../../src/equations/parser.ts'
import { show } from '../../src/equations/terms.ts'
import { neuron } from '../../src/neuron.ts'
import { define } from './definition.ts'

const surrogate = { name: 'box', params: {}, derivative: 'abs(x) < 1' }

test('a neuron is shown whole', () => {
  const lif = neuron({
    name: 'lif',
    params: { tau: 2, threshold: 1 },
    state: { v: 0 },
    equations: `
      v = exp(-1 / tau) * v + input
      spike = heaviside(v - threshold)
      v = v - threshold * detach(spike)`,
    surrogate,
  })
  expect(explain(lif({ learn: ['tau'] }))).toBe(`lif

equations
  v' = exp(-1 / tau) * v[t-1] + input
  spike = heaviside(v' - threshold)
  v'' = v' - threshold * detach(spike)

parameters
  tau = 2
  threshold = 1

computed once
  v[-1] = 0
  #1 = exp(-1 / tau)  # 0.606531

forward, for each neuron at each step
  $1 = v[t-1] * #1 + input
  spike = heaviside($1 - threshold)
  v[t] = $1 - threshold * detach(spike)

backward, where dx is the derivative of the loss by x
  dinput = dv[t] + dspike * (abs(v[t-1] * #1 + input - threshold) < 1)
  dv[t-1] = #1 * dinput
  d#1 = v[t-1] * dinput

backward to the parameters, once
  $1 = -1 / tau
  dtau = -($1 * (exp($1) * d#1) / tau)`)
})

describe('the equations', () => {
  const resolved = (equations: string, state = {}) =>
    explain(define(equations, { state }))
      .split('\n\n')[1]
      ?.split('\n')
      .slice(1)
      .map((line) => line.trim())

  test('tell apart the values that one name takes', () => {
    expect(resolved('a = v\nv = v + 1\nv = 2 * v\nspike = v - prev(v) - a', { v: 0 })).toEqual([
      'a = v[t-1]',
      "v' = v[t-1] + 1",
      "v'' = 2 * v'",
      "spike = v'' - v[t-1] - a",
    ])
    expect(resolved('a = 1\na = a + input\nspike = a')).toEqual(['a = 1', "a' = a + input", "spike = a'"])
  })
})

test('a definition without a surrogate has no backward program', () => {
  expect(explain(define('spike = heaviside(input)'))).toContain('backward\n  none: no surrogate')
})

test('random numbers and what depends on time are named', () => {
  const text = explain(define('spike = uniform() + exp(-t) * input'))
  expect(text).toContain('computed once a step\n  #0 = exp(-t)')
  expect(text).toContain('spike = uniform() at place 0 + input * #0')
})

describe('an expression as text', () => {
  const shown = (text: string) =>
    show(
      parseExpression(text),
      (name) => name,
      (name) => `${name}[t-1]`,
    ).text

  test.each([
    'a + b * c',
    '(a + b) * c',
    'a - (b - c)',
    'a - b - c',
    'a / (b * c)',
    '-a ** 2',
    '(-a) ** 2',
    '2 ** -1',
    'a ** b ** c',
    '(a ** b) ** c',
    '-(a + b)',
    '(a < b) + (c == d)',
    'f(a, b - 1, g())',
  ])('%s keeps its brackets', (text) => {
    expect(shown(text)).toBe(text)
  })

  test('is read again as what it was', () => {
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5, depthIdentifier: 'tree' },
        fc.constantFrom('a', '2', '0.5'),
        fc
          .tuple(tie('tree'), fc.constantFrom('+', '-', '*', '/', '**', '<', '=='), tie('tree'))
          .map(([a, o, b]) => `(${a} ${o} ${b})`),
        tie('tree').map((a) => `-(${a})`),
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `max(${a}, ${b})`),
      ),
    }))
    const bare = (expression: Expression): unknown =>
      JSON.parse(JSON.stringify(expression, (key, value) => (/[pP]lace$/.test(key) ? undefined : value)))
    fc.assert(
      fc.property(tree, (text) => expect(bare(parseExpression(shown(text)))).toEqual(bare(parseExpression(text)))),
    )
  })
})

test('a neuron that was not called is none', () => {
  for (const wrong of [neuron, undefined, null, 'lif']) {
    expect(() => explain(wrong as never)).toThrow(
      expect.objectContaining({ code: 'HILLOCK_OPTION', message: expect.stringContaining('explain(lif())') }),
    )
  }
})
