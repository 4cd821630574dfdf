import { type Backend, HillockError, reference } from '@hillock/core'
import { checked, type MatmulOptions } from '@hillock/core/backend'
import type { Wiring } from '@hillock/core/connections'
import { expect, test } from '@jest/globals'
import { broken, inside, run } from './broken.ts'

// Faults of products by a wiring, planted into the reference backend.

/** A backend that multiplies by another wiring than it is given. */
const by = (change: (wiring: Wiring, options: MatmulOptions) => Wiring) => (whole: Backend) => ({
  matmul: ((a, b, out, options = {}) => {
    const { wiring } = options
    whole.matmul(a, b, out, wiring ? { ...options, wiring: change(wiring, options) } : options)
  }) satisfies Backend['matmul'],
})

const faults: Readonly<Record<string, readonly [change: (whole: Backend) => Partial<Backend>, seen: string]>> = {
  'forgets the last pair': [
    by((wiring) => ({
      ...wiring,
      start: wiring.start.with(-1, Math.max(wiring.start.at(-2)!, wiring.start.at(-1)! - 1)),
    })),
    'the product by a wiring, of reals',
  ],
  'is early': [
    by(({ lag, ...wiring }) => (lag ? { ...wiring, lag: lag.map((steps) => Math.min(steps, 2)) } : wiring)),
    'the product by a wiring, of some spikes',
  ],
  'looks back where it should look ahead': [
    by((wiring, { transposeB }) =>
      wiring.lag && transposeB ? { ...wiring, lag: wiring.lag.map((steps) => -steps) } : wiring,
    ),
    'the adjoint by a wiring, of reals',
  ],
  'takes the first matrix for all': [
    by((wiring, { transposeA }) => (transposeA ? { ...wiring, slot: wiring.slot.map(() => 0) } : wiring)),
    'the gradient by a wiring, of many spikes',
  ],
  'leaves out a bias for each neuron': [
    ({ matmul }) => ({
      matmul: (a, b, out, { bias, ...options } = {}) =>
        matmul(
          a,
          b,
          out,
          options.wiring && bias?.shape[0] === out.shape.at(-1) ? options : { ...options, ...(bias && { bias }) },
        ),
    }),
    'the product and a bias for each neuron by a wiring, of reals',
  ],
  'gives an adjoint to all of the largest': [
    ({ largest }) => ({
      largest(a, wiring, out, adjoint) {
        largest!(a, wiring, out, adjoint)
        if (adjoint) inside(adjoint.into).set(inside(adjoint.into).map((x) => x || 1))
      },
    }),
    'the largest of reals, and its adjoint',
  ],
}

test.each(Object.entries(faults))(
  'the suite sees a backend that %s',
  async (_, [change, seen]) => {
    expect((await run({ create: broken(change) }, seen)).failed).toEqual([seen])
  },
  60_000,
)

test('a backend without wirings is asked for none, but must refuse them', async () => {
  const { largest: _, ...plain } = reference()
  const without = { ...plain, supports: { layerScope: true, exact: true } }
  const refused = 'a wiring is refused where there are none'
  expect((await run({ create: () => without }, refused)).failed).toEqual([])
  expect((await run({ create: () => without }, 'the product by a wiring, of reals')).failed).toEqual([])
  const backend = checked(without)
  const tensor = backend.alloc([1, 4])
  const wiring = { from: { count: 1, width: 4 }, to: { count: 1, width: 4 } } as Wiring
  expect(() => backend.largest(tensor, wiring, tensor)).toThrow(HillockError)
})
