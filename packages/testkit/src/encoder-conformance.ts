import { type Backend, type Encoder, encode, HillockError, reference } from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { checkRange } from '@hillock/core/encoders'
import { generator, stream } from '@hillock/core/random'
import { copied, decoratedBackend } from './decorated.ts'
import { type Conformance, suite } from './suite.ts'

const [steps, batch, size] = [20, 3, 70] as const

/**
 * Registers the tests that every encoder passes: shapes, the same bits for the same seed on every backend, spikes where it promises
 * spikes, and refusal of what it cannot encode.
 */
export function encoderConformance(given: Encoder, options: Conformance = {}): void {
  const { nodes } = given.kernels.forward.program
  const random = nodes.some(({ op }) => op === 'uniform')
  const still = values(given, 1)

  suite(`encoder ${given.name}`, options, (test, _, wrapped) => {
    const encoder = wrapped ? copied(given) : given
    const run = (backend: Backend, input: readonly number[], seed = 1, tried = encoder) =>
      encoded(tried, wrapped ? decoratedBackend(backend) : backend, input, seed)

    test('gives [T, B, N] for an image and for a recording', async () => {
      for (const frames of [1, steps]) {
        const spikes = await run(reference(), values(encoder, frames))
        const expected = [encoder.constant ? frames : steps, batch, size]
        check(String(spikes.shape) === String(expected), `the shape is [${spikes.shape}], not [${expected}]`)
        check(spikes.values.every(Number.isFinite), 'not every value is finite')
      }
    })

    test('gives the same for the same seed, on the reference and on the oracle', async () => {
      for (const frames of [1, steps]) {
        const input = values(encoder, frames)
        const [first, again, exact] = [
          await run(reference(), input),
          await run(reference(), input),
          await run(oracle(), input),
        ]
        sameValues(first.values, again.values, 0)
        sameValues(first.values, exact.values, encoder.binary ? 0 : 1e-6)
      }
    })

    test(random ? 'gives something else for another seed' : 'asks nothing of chance', async () => {
      const [one, other] = [await run(reference(), still, 1), await run(reference(), still, 2)]
      const same = one.values.every((value, i) => value === other.values[i])
      check(same !== random, random ? 'two seeds gave the same' : 'two seeds gave different values')
    })

    if (encoder.binary) {
      test('gives zeros and ones only, as it says', async () => {
        // Asked for real numbers, as a tensor of spikes would round them.
        const spikes = await run(reference(), still, 1, { ...encoder, binary: false })
        check(
          spikes.values.every((value) => value === 0 || value === 1),
          'there are values other than 0 and 1',
        )
      })
    }

    test('accepts its range and refuses what lies outside', () => {
      const [least, greatest] = encoder.range ?? [-1e6, 1e6]
      checkRange(encoder, [least, greatest])
      refuses(encoder, Number.NaN)
      refuses(encoder, Infinity)
      if (encoder.range === undefined) return
      refuses(encoder, least - 0.5)
      refuses(encoder, greatest + 0.5)
    })
  })
}

/** Values all over the encoder's range, exact in f32, both ends among them: [frames, B, N]. */
function values({ range = [-1, 1] }: Encoder, frames: number): number[] {
  const [least, greatest] = range
  const { integer } = generator(7, stream.shuffle, frames)
  return Array.from({ length: frames * batch * size }, (_, i) =>
    i === 0 ? least : i === 1 ? greatest : least + ((greatest - least) * integer(2 ** 12 + 1)) / 2 ** 12,
  )
}

async function encoded(encoder: Encoder, backend: Backend, input: readonly number[], seed: number) {
  const images = backend.alloc([input.length / (batch * size), batch, size])
  backend.write(images, input)
  const spikes = encode(backend, encoder, images, {
    steps,
    random: { seed, stream: stream.encoding, step: 0, place: 0 },
  })
  const result = { shape: spikes.shape, values: [...(await backend.read(spikes))] }
  await backend.dispose()
  return result
}

function refuses(encoder: Encoder, value: number): void {
  try {
    checkRange(encoder, [value])
  } catch (error) {
    check(error instanceof HillockError && error.code === 'HILLOCK_RANGE', `the error for ${value} is ${error}`)
    return
  }
  check(false, `${value} is accepted`)
}

function sameValues(one: readonly number[], other: readonly number[], tolerance: number): void {
  const at = one.findIndex((value, i) => !(Math.abs(value - (other[i] as number)) <= tolerance))
  check(one.length === other.length && at < 0, `value ${at} is ${one[at]} once and ${other[at]} once`)
}

function check(condition: boolean, message: string): void {
  if (!condition) throw new Error(message)
}
