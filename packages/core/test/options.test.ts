import { describe, expect, test } from '@jest/globals'
import { type Check, checkOptions, is } from '../src/options.ts'

interface Given {
  readonly window?: number
  readonly reduce?: string
  readonly learner?: object
}

const known = { window: is.whole(1), reduce: is.oneOf('sum', 'mean'), learner: is.made('a learner: bptt()', 'step') }
const tried = (given: unknown, required: 'learner'[] = []) => {
  try {
    checkOptions('mine', given as Given, known, required)
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    expect(code).toBe('HILLOCK_OPTION')
    return message
  }
  return 'accepted'
}

const k = () => 0

function bptt() {
  return {}
}

describe('checkOptions', () => {
  test.each<[string, unknown, string]>([
    ['none', {}, 'accepted'],
    ['those that are known', { window: 3, reduce: 'sum', learner: { step() {} } }, 'accepted'],
    ['an option that is undefined', { window: undefined }, 'accepted'],
    ['a misspelt name', { windw: 3 }, "mine has no option 'windw'\ndid you mean 'window'?"],
    ['a name far from all', { epochs: 3 }, "mine has no option 'epochs'\nits options: window, reduce, learner"],
    [
      'a name that every object has',
      { toString: 1 },
      "mine has no option 'toString'\nits options: window, reduce, learner",
    ],
    ['null as a value', { window: null }, "mine: 'window' is null\ngive a whole number from 1"],
    ['a value of another type', { window: '3' }, "mine: 'window' is '3'\ngive a whole number from 1"],
    ['a misspelt word', { reduce: 'summ' }, "mine: 'reduce' is 'summ'\ndid you mean 'sum'?"],
    ['another word', { reduce: 'v' }, "mine: 'reduce' is 'v'\none of: sum, mean"],
    ['a factory that was not called', { learner: bptt }, "mine: 'learner' is the function 'bptt'\ncall it: bptt()"],
    ['one that a minifier renamed', { learner: k }, "mine: 'learner' is a function\ngive a learner: bptt()"],
    ['a promise', { learner: Promise.resolve() }, "mine: 'learner' is a Promise\nawait it, as in `await wasm()`"],
    ['an object of another kind', { learner: new Map() }, "mine: 'learner' is a Map\ngive a learner: bptt()"],
    ['a list as a value', { window: [1, 2] }, "mine: 'window' is [1, 2]\ngive a whole number from 1"],
    [
      'an array',
      { window: new Float32Array(9) },
      "mine: 'window' is 9 values (Float32Array)\ngive a whole number from 1",
    ],
    ['null', null, 'mine: the options are null\nwrite them by their names: { window, reduce, learner }'],
    ['a text', 'sum', "mine: the options are 'sum'\nwrite them by their names: { window, reduce, learner }"],
    ['a list', [3], 'mine: the options are [3]\nwrite them by their names: { window, reduce, learner }'],
    ['a function', bptt, "mine: the options are the function 'bptt'\ncall it: bptt()"],
  ])('%s', (_, given, message) => {
    expect(tried(given)).toBe(message)
  })

  test('an option that is required and missing', () => {
    expect(tried({}, ['learner'])).toBe("mine: 'learner' is missing\ngive a learner: bptt()")
  })
})

test.each<[string, Check, readonly unknown[], readonly unknown[]]>([
  ['whole', is.whole(1), [1, 2 ** 53 - 1], [0, -1, 1.5, NaN, Infinity, '1', 1n, null]],
  ['number', is.number(0, 1), [0, 0.5, 1], [-1e-9, 1.1, NaN, '0.5', null, true]],
  ['number without ends', is.number(), [-1e300, 0], [NaN, Infinity, -Infinity, '0']],
  ['above', is.above(0), [1e-300, 1e300], [0, -1, NaN, Infinity, '1']],
  ['flag', is.flag, [true, false], [0, 1, 'true', null]],
  ['text', is.text, ['', 'v'], [1, null, ['v']]],
  ['callable', is.callable, [bptt], [{}, 'bptt', null]],
  ['made', is.made('it', 'a', 'b'), [{ a: 1, b: undefined }], [{ a: 1 }, null, 'a', bptt]],
])('is.%s tells right values from wrong ones', (_, check, right, wrong) => {
  expect(right.map(check)).toEqual(right.map(() => undefined))
  for (const value of wrong) expect(check(value)).toMatch(/^give /)
})
