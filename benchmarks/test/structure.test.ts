import { dense, leaky, reference, sequential } from '@hillock/core'
import { glyphs } from '@hillock/datasets'
import { expect, jest, test } from '@jest/globals'
import { type Structure, structureSuite, structures } from '../src/suites/structure.ts'

jest.setTimeout(60_000)

const small: Structure = {
  name: 'small',
  about: 'a small net',
  network: () => sequential(784, [dense(10), leaky()]),
  steps: 2,
  batch: 4,
  probability: 0.5,
  data: async () => glyphs({ seed: 0, train: 64, test: 8 }),
}

test('backends take turns once losses are equal; one that computes otherwise is not timed', async () => {
  const wrong = () => ({
    ...reference(),
    matmul: (...[a, b, out]: Parameters<ReturnType<typeof reference>['matmul']>) => {
      reference().write(out, new Float32Array(out.shape.reduce((x, y) => x * y, 1)).fill(a === b ? 0 : 3))
    },
  })
  const missing = async () => {
    const { cuda } = await import('@hillock/backend-cuda')
    return cuda({ library: './no-such-library.so' })
  }
  const { figures, tables } = await structureSuite({
    structures: [small],
    on: [
      { backend: 'reference', threads: 1, make: async () => reference() },
      { backend: 'wrong', threads: 1, make: async () => wrong() },
      { backend: 'missing', threads: 1, make: missing },
    ],
    rounds: 1,
  })
  expect(figures).toMatchObject({
    structures: [
      { structure: 'small', differs: { reference: 0 }, turns: [{ side: 'reference', ratio: { median: 1 } }] },
    ],
    absent: [{ backend: 'missing' }],
  })
  expect(tables).toMatch(/wrong: \S+, not equal, not timed/)
})

test('the nets have the sizes that are told', () => {
  const told = structures.map(({ network }) => {
    const { inputs, layers } = network()
    return [inputs, ...layers.map(({ size }) => size)]
  })
  expect(told).toEqual([
    [784, 12 * 12 * 12, 4 * 4 * 32, 10],
    [784, 12 * 12 * 12, 4 * 4 * 32, 10],
    [700, 256, 20],
  ])
})
