import { kernels } from '@hillock/core/backend'
import { sigmoid } from '@hillock/core/surrogates'
import { noise } from '../rig.ts'
import { expectAgreement, type Part } from './part.ts'

/** Every function and operator of the language. */
const expressions = {
  one: [
    '-a',
    'relu(a)',
    'abs(a)',
    'clip(a, -1, 2)',
    'sqrt(a)',
    'exp(a)',
    'log(a)',
    'tanh(a)',
    'sigmoid(a)',
    'sin(a)',
    'cos(a)',
    'floor(a)',
    'heaviside(a)',
    'heaviside(a, 1)',
    'surrogate(a)',
    'detach(a) * a',
    'a ** 2',
    'a ** 3',
    'a ** -1',
    'a ** -3',
    'a ** 0.5',
  ],
  two: [
    'a + b',
    'a - b',
    'a * b',
    'a / b',
    'a ** b',
    'min(a, b)',
    'max(a, b)',
    'a < b',
    'a <= b',
    'a > b',
    'a >= b',
    'a == b',
    'a != b',
  ],
  three: ['where(a, b, c)', 'where(a < b, b, c)', 'where(heaviside(a), b, c)', 'where(a == b, sqrt(c), a)'],
}

const inf = Number.POSITIVE_INFINITY
const edges = [0, -0, 1, -1, 0.5, -0.5, 2, 3, -3, 1e-3, 7.25, -88, 88.5, 1e30, -1e30, 2 ** -126, inf, -inf, Number.NaN]
const few = [0, -0, 1, -2.5, 1e30, inf, Number.NaN]

const pairs = (values: readonly number[]) => values.flatMap((a) => values.map((b) => [a, b, 0]))
const triples = few.flatMap((a) => few.flatMap((b) => few.map((c) => [a, b, c])))
const single = [...edges, ...noise(45, 1).map((x) => 6 * x)].map((a) => [a, 0, 0])
const double = [...pairs(edges), ...noise(90, 2).map((x, i, all) => [4 * x, 4 * all[(i * 7) % 90]!, 0])]

/** Each operation alone, at its edges: what comes out, and the derivative by each argument. */
export const operations: Part = (check) => {
  const all = [
    ...expressions.one.map((text) => [text, single] as const),
    ...expressions.two.map((text) => [text, double] as const),
    ...expressions.three.map((text) => [text, triples] as const),
  ]
  for (const [expression, args] of all) {
    check(`${expression} and its derivative`, async (backend) => {
      const made = kernels({
        name: expression,
        equations: `spike = ${expression}`,
        inputs: ['a', 'b', 'c'],
        params: [],
        state: {},
        outputs: ['spike'],
        record: [],
        surrogate: sigmoid({ slope: 2 }),
      })
      const column = (k: number) => Float32Array.from(args, (row) => row[k] as number)
      await expectAgreement(backend, {
        kernels: made,
        params: {},
        steps: 1,
        batch: 1,
        size: args.length,
        inputs: { a: column(0), b: column(1), c: column(2) },
        signals: { spike: noise(args.length, 3) },
      })
    })
  }
}
