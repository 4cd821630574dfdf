import { wasm } from '@hillock/backend-wasm'
import { type Backend, encode, latency, poisson } from '@hillock/core'
import { noise } from '@hillock/core/encoders'
import { stream } from '@hillock/core/random'
import { describe, expect, test } from '@jest/globals'
import { difference, numbers, onBoth, put } from './compare.ts'

// Steps and neurons around the 64 steps of a block, the 32 neurons of a panel and the 4 of a vector.
const shapes = [
  [1, 1, 1],
  [20, 3, 33],
  [64, 2, 31],
  [65, 2, 100],
  [130, 5, 784],
] as const

const encoders = {
  poisson: poisson(),
  'sparse poisson': poisson({ probability: 0.1 }),
  noise: noise(),
  latency: latency(),
}

describe.each([1, 2])('encoders on %d threads', (threads) => {
  test.each(Object.entries(encoders))('%s: the bits of the reference', async (_name, encoder) => {
    const backend = await wasm({ threads })
    for (const [steps, batch, size] of shapes) {
      // Zeros, ones, and probabilities that end in the middle of a byte.
      const values = numbers(steps)
        .uniforms(batch * size)
        .map((x) => (x < 0.2 ? 0 : x > 0.9 ? 1 : x))
      const random = { seed: 5, stream: stream.encoding, step: 3, place: 0 }
      const encoded = async (on: Backend) => {
        const input = put(on, { shape: [1, batch, size], values })
        const spikes = encode(on, encoder, input, { steps, random })
        const read = Float32Array.from(await on.read(spikes))
        on.free(input)
        on.free(spikes)
        return read
      }
      const result = await onBoth(backend, encoded)
      expect(difference(result)).toBeUndefined()
    }
    await backend.dispose()
  })
  test.each([0.02, 0.14, 0.5])(
    'spikes drawn at rate %d are multiplied and counted as on the reference',
    async (probability) => {
      const backend = await wasm({ threads })
      const encoder = poisson({ probability })
      const random = { seed: 1, stream: stream.encoding, step: 0, place: 0 }
      for (const [steps, batch, size] of shapes) {
        const outputs = 37
        const { uniforms, weights } = numbers(steps)
        const images = { shape: [1, batch, size], values: uniforms(batch * size) }
        const matrix = { shape: [size, outputs], values: weights(size * outputs) }
        const error = { shape: [steps, batch, outputs], values: weights(steps * batch * outputs) }
        const used = async (on: Backend) => {
          const [input, b, delta] = [put(on, images), put(on, matrix), put(on, error)]
          const spikes = encode(on, encoder, input, { steps, random })
          const [current, gradient] = [on.alloc([steps, batch, outputs]), on.alloc([size, outputs])]
          const sums = [[], [size], [batch, size]].map((shape) => on.alloc(shape))
          on.matmul(spikes, b, current)
          on.matmul(spikes, delta, gradient, { transposeA: true })
          for (const sum of sums) on.sum(spikes, sum)
          const read: number[] = []
          for (const tensor of [current, gradient, ...sums, spikes]) {
            for (const value of await on.read(tensor)) read.push(value)
            on.free(tensor)
          }
          for (const tensor of [input, b, delta]) on.free(tensor)
          return Float32Array.from(read)
        }
        expect(difference(await onBoth(backend, used))).toBeUndefined()
      }
      await backend.dispose()
    },
  )
})
