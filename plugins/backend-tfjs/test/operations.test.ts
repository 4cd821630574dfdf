import type { Backend } from '@hillock/core'
import { kernels, oracle } from '@hillock/core/backend'
import { sigmoid } from '@hillock/core/surrogates'
import { expect, test } from '@jest/globals'
import { tfjs } from '../src/index.ts'

const { NaN: none, POSITIVE_INFINITY: inf } = Number
const edges = [0, -0, 1, -1, 0.5, -2.5, 3, 1e30, -1e30, 2 ** -126, 2 ** -149, inf, -inf, none]
const pairs = edges.flatMap((a) => edges.map((b) => [a, b] as const))

/** Operations that tfjs has of its own, at the edges of the numbers: none may be an exception. */
const expressions = [
  ...['min(a, b)', 'max(a, b)', 'a < b', 'a <= b', 'a == b', 'a != b', 'where(a, b, 1)', 'where(a < b, 2, b)'],
  ...[
    'heaviside(a)',
    'heaviside(a, 1)',
    'where(heaviside(a), b, 0)',
    '(a < b) + heaviside(b)',
    'abs(a) ** b',
    '(-1 - abs(a)) ** b',
    'abs(a) / b',
  ],
  ...['min(a, 0.5)', 'max(0, b)', 'floor(a)', 'sqrt(a)', 'log(a)', 'exp(a)', 'tanh(a)', 'sigmoid(a)', 'a * b - b'],
]

for (const backend of ['cpu', 'wasm'] as const) {
  test.each(expressions)(`${backend}: %s is what its text says, whatever the numbers`, async (text) => {
    const made = kernels({
      name: text,
      equations: `spike = ${text}`,
      inputs: ['a', 'b'],
      params: [],
      state: {},
      outputs: ['spike'],
      record: [],
      surrogate: sigmoid(),
    })
    const run = async (on: Backend) => {
      const shape = [1, 1, pairs.length]
      const inputs = { a: on.alloc(shape), b: on.alloc(shape) }
      for (const [k, name] of (['a', 'b'] as const).entries())
        on.write(
          inputs[name],
          pairs.map((pair) => pair[k]!),
        )
      const spike = on.alloc(shape)
      const over = { steps: 1, batch: 1, size: pairs.length, setup: {}, timeVarying: {}, initial: {} }
      on.scan(made.forward, { ...over, inputs, outputs: { spike } })
      return Array.from(await on.read(spike))
    }
    const on = await tfjs({ backend })
    const [found, wanted] = [await run(on), await run(oracle({ round: Math.fround }))]
    const wrong = pairs.flatMap(([a, b], i) => {
      const [x, y] = [found[i]!, wanted[i]!]
      const near = Object.is(x + 0, y + 0) || Math.abs(x - y) < 1e-5 * Math.abs(y)
      return near ? [] : [`of ${a} and ${b} it is ${x}, not ${y}`]
    })
    expect(wrong).toEqual([])
    await on.dispose()
  })
}
