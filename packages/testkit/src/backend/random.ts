import { kernels, type RandomKey } from '@hillock/core/backend'
import { stream, uniform } from '@hillock/core/random'
import { expectSame } from '../assert.ts'
import { noise, play } from '../rig.ts'
import type { Part } from './part.ts'

const made = kernels({
  name: 'random',
  equations: `
    first = uniform()
    second = uniform()
    constant = uniform() < p
    changing = uniform() < abs(input)
    spike = constant * changing`,
  inputs: ['input'],
  params: ['p'],
  state: {},
  outputs: ['spike'],
  record: ['first', 'second', 'constant', 'changing'],
})

// More steps than the 16 of a block, and not a multiple.
const [steps, batch, size] = [37, 3, 9]
const count = steps * batch * size
const rates = [0, 1, 0.5, 2 ** -24, 0.3, 1 - 2 ** -20, 0.01, 0.9, 0.1]
const keys: readonly RandomKey[] = [
  { seed: 0, stream: stream.weights, step: 0, place: 0 },
  { seed: 0xffffffff, stream: stream.encoding, step: 123456, place: 77 },
  { seed: 42, stream: stream.teacher, step: 0xfffffff0, place: 0xfff0 },
  { seed: 7, stream: stream.encoding, step: 1, place: 2, from: 48, sample: 17 },
  // The last that there are.
  {
    seed: 0xffffffff,
    stream: stream.noise,
    step: 0xffffffff,
    place: 0xfffff0 - 4,
    from: 2 ** 31 - 48,
    sample: 2 ** 32 - batch,
  },
]

/** Random numbers are those of their definition, to the bit, on every backend. */
export const random: Part = (check) => {
  keys.forEach((key, k) => {
    check(`uniform() of key ${k + 1} is the number that its place, sample, neuron and time name`, async (backend) => {
      const input = noise(count, k)
      const found = await play(backend, {
        kernels: made,
        params: { p: rates },
        steps,
        batch,
        size,
        inputs: { input },
        random: key,
      })
      const drawn = (place: number) =>
        Array.from({ length: count }, (_, i) => {
          const [t, b, n] = [Math.floor(i / (batch * size)), Math.floor(i / size) % batch, i % size]
          return uniform(
            key.seed,
            key.stream,
            key.place + place,
            key.step,
            (key.sample ?? 0) + b,
            n,
            (key.from ?? 0) + t,
          )
        })
      expectSame('the first', found.first!, drawn(0))
      expectSame('the second', found.second!, drawn(1))
      const constant = drawn(2).map((u, i) => +(u < Math.fround(rates[i % size]!)))
      const changing = drawn(3).map((u, i) => +(u < Math.abs(input[i]!)))
      expectSame('uniform() < p', found.constant!, constant)
      expectSame('uniform() < abs(input)', found.changing!, changing)
      expectSame(
        'their product',
        found.spike!,
        constant.map((one, i) => one * changing[i]!),
      )
    })
  })
}
