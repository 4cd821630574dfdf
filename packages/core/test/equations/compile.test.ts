import { describe, expect, test } from '@jest/globals'
import { compile } from '../../src/equations/compile.ts'
import { define, step, value } from './definition.ts'

describe('a state', () => {
  const leaves = { input: 1, v: 10, w: 100 }

  test('is its old value before its first assignment, the new one after, and the last is carried on', () => {
    const definition = define('a = v\nv = v + input\nb = v\nv = 2 * v\nspike = v', {
      state: { v: 0 },
      record: ['a', 'b', 'v'],
    })
    expect(step(definition, leaves)).toEqual({ spike: 22, v: 22, a: 10, b: 11 })
  })

  test('is its old value anywhere within prev()', () => {
    const definition = define('v = v + input\nspike = v - prev(v)', { state: { v: 0 } })
    expect(step(definition, leaves)).toEqual({ spike: 1, v: 11 })
  })

  test('is read by another as it stands at that line', () => {
    const before = define('spike = input\nw = w + v\nv = v + 1', { state: { v: 0, w: 0 } })
    const after = define('spike = input\nv = v + 1\nw = w + v', { state: { v: 0, w: 0 } })
    expect(step(before, leaves).w).toBe(110)
    expect(step(after, leaves).w).toBe(111)
  })
})

describe('record', () => {
  test('takes any name that is set, an output too', () => {
    const definition = define('pre = 2 * input\nspike = pre + 1', { record: ['pre', 'spike'] })
    expect(step(definition, { input: 3 })).toEqual({ spike: 7, pre: 6 })
  })

  test('of a local that is set twice is its last value', () => {
    expect(step(define('a = 1\na = a + input\nspike = a', { record: ['a'] }), { input: 3 }).a).toBe(4)
  })
})

describe('what functions mean', () => {
  test.each([
    ['heaviside(input)', [-1, 0, 2], [0, 0, 1]],
    ['heaviside(input, 0)', [-1, 0, 2], [0, 0, 1]],
    ['heaviside(input, 1)', [-1, 0, 2], [0, 1, 1]],
    ['input > 0', [-1, 0, 2], [0, 0, 1]],
    ['input >= 0', [-1, 0, 2], [0, 1, 1]],
    ['input < 0', [-1, 0, 2], [1, 0, 0]],
    ['input <= 0', [-1, 0, 2], [1, 1, 0]],
    ['input == 0', [-1, 0, 2], [0, 1, 0]],
    ['input != 0', [-1, 0, 2], [1, 0, 1]],
    ['where(input, 5, 7)', [-1, 0, 2], [5, 7, 5]],
    ['relu(input)', [-1, 0, 2], [0, 0, 2]],
    ['clip(input, -0.5, 1.5)', [-1, 0, 2], [-0.5, 0, 1.5]],
    ['min(input, 1) + max(input, 1)', [-1, 0, 2], [0, 1, 3]],
    ['abs(input)', [-1, 0, 2], [1, 0, 2]],
    ['floor(input / 2)', [-1, 0, 3], [-1, 0, 1]],
    ['-input ** 2', [-1, 0, 2], [-1, 0, -4]],
    ['2 ** -input', [-1, 0, 2], [2, 1, 0.25]],
    ['input ** 3', [-1, 0, 2], [-1, 0, 8]],
    ['input ** -2', [-1, 4, 2], [1, 0.0625, 0.25]],
    ['input ** 0', [-1, 0, 2], [1, 1, 1]],
    ['detach(input)', [-1, 0, 2], [-1, 0, 2]],
    ['sqrt(input)', [0, 4, 9], [0, 2, 3]],
  ])('%s', (expression, inputs, expected) => {
    expect(inputs.map((input) => value(expression, input) + 0)).toEqual(expected)
  })

  test.each(['exp', 'log', 'tanh', 'sin', 'cos'] as const)('%s', (name) => {
    expect(value(`${name}(input)`, 0.7)).toBe(Math[name](0.7))
  })

  test('pi and sigmoid', () => {
    expect(value('pi')).toBe(Math.PI)
    expect(value('sigmoid(input)', 0.7)).toBeCloseTo(1 / (1 + Math.exp(-0.7)), 15)
  })

  test('surrogate(x) is the surrogate itself, as a value', () => {
    const surrogate = { name: 'box', params: { width: 2 }, derivative: 'a = abs(x)\nb = (a < width) / width' }
    const definition = define('spike = surrogate(input)', { surrogate })
    expect([-3, 1, 2].map((input) => step(definition, { input }).spike)).toEqual([0, 0.5, 0])
  })
})

describe('uniform()', () => {
  test('is one stream for each place in the text, never merged', () => {
    const { step } = compile(define('spike = uniform() - uniform() + input'))
    const places = step.nodes.filter(({ op }) => op === 'uniform').map(({ name }) => name)
    expect(places).toEqual(['0', '1'])
  })

  test('is one number where a name stands for it', () => {
    const { step } = compile(define('a = uniform()\nspike = (a < 0.5) + (a < input)'))
    expect(step.nodes.filter(({ op }) => op === 'uniform')).toHaveLength(1)
  })
})
