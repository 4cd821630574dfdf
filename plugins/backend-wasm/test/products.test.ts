import { wasm } from '@hillock/backend-wasm'
import { integrateAndFire } from '@hillock/core/neurons'
import { describe, expect, test } from '@jest/globals'
import { difference, numbers, onBoth, product, spikesOf } from './compare.ts'

// Weights are multiples of 1/256, so that sums are exact and every path must give the reference's bits.
const { weights, spikes } = numbers(7)

// [T, B, K, N]: a full panel, tails of every kind, more inputs than a table or a list takes at once, and one that is all of these.
const shapes = [
  [9, 3, 64, 32],
  [5, 2, 33, 31],
  [3, 10, 70, 37],
  [7, 9, 129, 100],
  [2, 2, 1100, 300],
  [11, 1, 1100, 4],
  [70, 2, 40, 36],
  [130, 1, 33, 8],
] as const
// On both sides of where tables take over from lists, in gradients and forward, and just there.
const densities = [0, 0.013, 0.15, 0.16, 0.17, 0.19, 0.2, 0.21, 0.5, 1]

describe.each([1, 2])('products with spikes, %d threads', (threads) => {
  test.each(densities)('density %d: the bits of the reference, forward and for gradients', async (density) => {
    const backend = await wasm({ threads })
    for (const [steps, batch, inputs, outputs] of shapes) {
      const a = {
        shape: [steps, batch, inputs],
        values: spikes(steps * batch * inputs, density),
        kind: 'spikes',
      } as const
      const b = { shape: [inputs, outputs], values: weights(inputs * outputs) }
      const bias = { shape: [outputs], values: weights(outputs) }
      const out = [steps, batch, outputs]
      const forward = await onBoth(backend, (on) => product(on, { a, b, bias, out }))
      expect(difference(forward)).toBeUndefined()
      const delta = { shape: out, values: weights(steps * batch * outputs) }
      const gradient = await onBoth(backend, (on) =>
        product(on, { a, b: delta, out: [inputs, outputs] }, { transposeA: true }),
      )
      expect(difference(gradient)).toBeUndefined()
    }
    await backend.dispose()
  })

  test('samples of every density in one batch, some by lists and some by tables', async () => {
    const backend = await wasm({ threads })
    const [steps, batch, inputs, outputs] = [6, 20, 100, 68]
    const bySample = Array.from({ length: batch }, (_, b) => spikes(steps * inputs, b / batch))
    const values = Float32Array.from({ length: steps * batch * inputs }, (_, i) => {
      const [t, b, k] = [Math.floor(i / (batch * inputs)), Math.floor(i / inputs) % batch, i % inputs]
      return bySample[b]![t * inputs + k]!
    })
    const a = { shape: [steps, batch, inputs], values, kind: 'spikes' } as const
    const b = { shape: [inputs, outputs], values: weights(inputs * outputs) }
    const result = await onBoth(backend, (on) => product(on, { a, b, out: [steps, batch, outputs] }))
    expect(difference(result)).toBeUndefined()
    await backend.dispose()
  })

  test('constant input: mapped once, and broadcast over time', async () => {
    const backend = await wasm({ threads })
    const { kernels } = integrateAndFire()
    for (const [steps, batch, inputs, outputs] of shapes) {
      const a = { shape: [1, batch, inputs], values: weights(batch * inputs) }
      const b = { shape: [inputs, outputs], values: weights(inputs * outputs) }
      const current = await onBoth(backend, (on) => product(on, { a, b, out: [1, batch, outputs] }))
      expect(difference(current)).toBeUndefined()
      const input = { shape: [1, batch, outputs], values: current.wanted.map((x) => Math.round(64 * x) / 256) }
      const fired = await onBoth(backend, (on) =>
        spikesOf(on, kernels.forward, input, [steps, batch, outputs], { setup: { threshold: 1 }, initial: { v: 0 } }),
      )
      expect(difference(fired)).toBeUndefined()
    }
    await backend.dispose()
  })
})
