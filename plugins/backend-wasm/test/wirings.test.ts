import { wasm } from '@hillock/backend-wasm'
import { conv2d, maxPool, sumPool } from '@hillock/core'
import { type Connection, conv1d, delayed, type Shape, type Wiring } from '@hillock/core/connections'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { difference, numbers, onBoth, product, put } from './compare.ts'

// Each kernel has several ways, chosen by the share of inputs that fire, the widths of sites and the number of steps.

const { weights, spikes } = numbers(11)

// A site's rows within one panel and in two, in fewer words and tables than one takes and in more, and more steps than a mask has bits.
const layers: readonly (readonly [title: string, connection: Connection, from: Shape, steps: number])[] = [
  ['12 channels of 1', conv2d(12, 5), [12, 12, 1], 9],
  ['16 channels of 2', conv2d(16, 3, { padding: 1 }), [9, 9, 2], 33],
  ['40 channels of 32', conv2d(40, 3, { padding: 1 }), [5, 5, 32], 10],
  ['64 channels of 64', conv2d(64, 3), [4, 4, 64], 5],
  ['28 channels of 20 in groups', conv2d(28, 3, { groups: 2 }), [5, 5, 20], 70],
  ['10 channels of 3, late', delayed(conv1d(10, 3), { steps: 2 }), [20, 3], 40],
  ['each channel alone', conv2d(24, 3, { groups: 24 }), [5, 5, 24], 12],
]
// On both sides of where one way takes over from another.
const densities = [0, 0.01, 0.04, 0.06, 0.14, 0.16, 0.21, 0.23, 0.5, 1]

const size = (shape: Shape) => shape.reduce((all, n) => all * n, 1)

/** The arrays of a layer, drawn anew. */
function given(connection: Connection, from: Shape, steps: number, batch: number, density?: number) {
  const { wiring, weights: shape, to } = connection.connect(from) as { wiring: Wiring; weights: Shape; to: Shape }
  const [x, y] = [
    [steps, batch, size(from)],
    [steps, batch, size(to)],
  ] as const
  const input =
    density === undefined
      ? { shape: x, values: weights(size(x)) }
      : ({ shape: x, values: spikes(size(x), density), kind: 'spikes' } as const)
  const bias = { shape: [to.at(-1)!], values: weights(to.at(-1)!) }
  return {
    wiring,
    input,
    w: { shape, values: weights(size(shape)) },
    delta: { shape: y, values: weights(size(y)) },
    bias,
  }
}

jest.setTimeout(60_000)

describe('weights that are exact', () => {
  let backend: Awaited<ReturnType<typeof wasm>>
  beforeAll(async () => {
    backend = await wasm({ threads: 2 })
  })
  afterAll(() => backend.dispose())

  test.each(layers)('%s: the bits of the reference at every density', async (_, connection, from, steps) => {
    for (const density of densities) {
      const { wiring, input, w, delta, bias } = given(connection, from, steps, 5, density)
      const forward = await onBoth(backend, (on) => product(on, { a: input, b: w, bias, out: delta.shape }, { wiring }))
      expect([density, difference(forward)]).toEqual([density, undefined])
      const gradient = await onBoth(backend, (on) =>
        product(on, { a: input, b: delta, out: w.shape }, { wiring, transposeA: true }),
      )
      expect([density, difference(gradient)]).toEqual([density, undefined])
    }
  })

  test.each(layers)('%s: numbers of one step, by every number of samples', async (_, connection, from) => {
    for (const batch of [1, 3, 4, 37, 64]) {
      const { wiring, input, w, delta, bias } = given(connection, from, 1, batch)
      const options = [{ wiring }, { wiring, transposeB: true }, { wiring, transposeA: true }] as const
      const calls = [
        { a: input, b: w, bias, out: delta.shape },
        { a: delta, b: w, out: input.shape },
        { a: input, b: delta, out: w.shape },
      ] as const
      for (const [i, call] of calls.entries())
        expect(difference(await onBoth(backend, (on) => product(on, call, options[i]!)))).toBeUndefined()
    }
  })
})

test('any numbers: the same bits for 1, 2 and 4 threads', async () => {
  const cases = [
    ...layers.flatMap(([, connection, from, steps]) =>
      [0.03, 0.4, undefined].map((density) => given(connection, from, steps, 18, density)),
    ),
    given(sumPool(2), [6, 6, 12], 7, 18),
  ].map((one) => ({ ...one, w: { ...one.w, values: one.w.values.map((x) => x / 3) } }))
  const activeMask = cases.map(({ input }) => spikes(size(input.shape), 0.2))
  const found: Float32Array[][] = []
  for (const threads of [1, 2, 4]) {
    const backend = await wasm({ threads })
    const results: Float32Array[] = []
    for (const [i, { wiring, input, w, delta, bias }] of cases.entries()) {
      const marked = put(backend, { shape: input.shape, values: activeMask[i]!, kind: 'spikes' })
      for (const values of [
        await product(backend, { a: input, b: w, bias, out: delta.shape }, { wiring }),
        await product(backend, { a: delta, b: w, out: input.shape }, { wiring, transposeB: true }),
        await product(backend, { a: delta, b: w, out: input.shape }, { wiring, transposeB: true, activeMask: marked }),
        await product(backend, { a: input, b: delta, out: w.shape }, { wiring, transposeA: true }),
      ])
        results.push(values)
      backend.free(marked)
    }
    await backend.dispose()
    found.push(results)
  }
  const [one, ...others] = found
  for (const many of others)
    for (const [i, wanted] of one!.entries()) expect(difference({ found: many[i]!, wanted })).toBeUndefined()
})

test('what tables take is bounded, whatever the numbers of steps, and pools share one', async () => {
  const backend = await wasm({ threads: 1 })
  const { wiring, weights: shape } = conv2d(8, 3).connect([9, 9, 2])
  const { wiring: pool } = maxPool(2).connect([8, 8, 4])
  const run = async (steps: number) => {
    const x = { shape: [steps, 2, 162], values: spikes(steps * 324, 0.1), kind: 'spikes' } as const
    await product(
      backend,
      { a: x, b: { shape: shape!, values: weights(144) }, out: [steps, 2, 392] },
      { wiring: wiring! },
    )
    const [a, out] = [
      put(backend, { shape: [steps, 2, 256], values: weights(steps * 512) }),
      backend.alloc([steps, 2, 64]),
    ]
    backend.largest!(a, pool!, out)
    await backend.read(out)
    for (const tensor of [a, out]) backend.free(tensor)
    return backend.usedBytes()
  }
  const used: number[] = []
  for (let steps = 1; steps <= 12; steps++) used.push(await run(steps))
  expect(new Set(used.slice(5)).size).toBe(1)
  await backend.dispose()
})
