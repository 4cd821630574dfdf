import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { oracle } from '../src/entries/backend.ts'
import { checkRange, delta, noise, regularRate } from '../src/entries/encoders.ts'
import { stream } from '../src/entries/random.ts'
import { type Backend, constant, type Encoder, encode, latency, poisson, reference } from '../src/index.ts'

const golden = JSON.parse(
  readFileSync(new URL('../../testkit/golden/snntorch_spikegen.json', import.meta.url), 'utf8'),
) as { inputs: Record<'x' | 'xs', number[][]>; expected: Record<string, number[][][]> }

/** Encodes [frames, B, N] values; returns [T, B, N] in row-major order. */
async function run(
  encoder: Encoder,
  values: readonly number[],
  shape: readonly [number, number, number],
  steps: number,
  { seed = 1, backend = reference() }: { seed?: number; backend?: Backend } = {},
): Promise<number[]> {
  const input = backend.alloc(shape)
  backend.write(input, values)
  return [
    ...(await backend.read(
      encode(backend, encoder, input, { steps, random: { seed, stream: stream.encoding, step: 0, place: 0 } }),
    )),
  ]
}

describe.each([reference, oracle])('%p: as snnTorch', (make) => {
  const x = golden.inputs.x

  test.each([
    ['latency_linear', latency({ code: 'linear', normalize: false, clip: false })],
    ['latency_linear_normalize', latency({ code: 'linear', clip: false })],
    ['latency_log_norm_clip', latency({ code: 'logarithmic' })],
  ])('%s', async (name, encoder) => {
    const expected = golden.expected[name]!
    expect(await run(encoder, x.flat(), [1, 3, 5], 10, { backend: make() })).toEqual(expected.flat(2))
  })

  test.each([
    ['delta_thr.1', delta()],
    ['delta_off', delta({ off: true })],
    ['delta_padding', delta({ off: true, before: 'first' })],
  ])('%s', async (name, encoder) => {
    const frames = golden.inputs.xs
    const expected = golden.expected[name]!
    expect(await run(encoder, frames.flat(), [20, 1, 2], 20, { backend: make() })).toEqual(expected.flat(2))
  })
})

describe('latency', () => {
  test('clips values below the threshold, and keeps the others apart', async () => {
    const spikes = await run(latency({ threshold: 0.2 }), [0, 0.1, 0.2, 0.5, 1], [1, 1, 5], 11)
    const times = [0, 1, 2, 3, 4].map((n) => spikes.findIndex((spike, i) => spike === 1 && i % 5 === n))
    expect(times.map((i) => (i < 0 ? i : Math.floor(i / 5)))).toEqual([-1, -1, 8, 5, 0])
  })

  test.each(['linear', 'logarithmic'] as const)('%s: fires exactly once, however long the run', async (code) => {
    const values = Array.from({ length: 256 }, (_, i) => i / 255)
    const spikes = await run(latency({ code, clip: false }), values, [1, 1, 256], 1000)
    const counts = new Array(256).fill(0)
    spikes.forEach((spike, i) => {
      counts[i % 256] += spike
    })
    expect(counts).toEqual(new Array(256).fill(1))
  })

  test('has no tau where it is stretched over all steps', () => {
    expect(() => latency({ tau: 5 })).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  })
})

describe('delta', () => {
  test('does not fire at the start when the first frame is compared with itself', async () => {
    const frames = [0.5, 0.5, 0.7]
    expect(await run(delta({ before: 'first' }), frames, [3, 1, 1], 3)).toEqual([0, 0, 1])
    expect(await run(delta(), frames, [3, 1, 1], 3)).toEqual([1, 0, 1])
  })
})

describe('poisson', () => {
  const values = [0, 0.1, 0.25, 0.5, 0.9, 1]
  const [steps, batch] = [400, 50]
  const images = Array.from({ length: batch }, () => values).flat()

  test.each([
    ['a tenth at 100 Hz and 1 ms', poisson(), 0.1],
    ['maxRate times dt', poisson({ maxRate: 200, dt: 2e-3 }), 0.4],
    ['the probability', poisson({ probability: 0.8 }), 0.8],
  ])('%s: rates within 5 standard errors', async (_, encoder, chance) => {
    const spikes = await run(encoder, images, [1, batch, 6], steps)
    values.forEach((value, n) => {
      const p = value * chance
      const count = spikes.filter((spike, i) => i % 6 === n && spike === 1).length
      const trials = steps * batch
      expect(Math.abs(count - p * trials)).toBeLessThanOrEqual(5 * Math.sqrt(trials * p * (1 - p)))
    })
  })

  test('draws each step, sample and pixel apart: pairs coincide as often as chance has it', async () => {
    const spikes = await run(poisson({ probability: 0.5 }), new Array(batch * 6).fill(1), [1, batch, 6], steps)
    const trials = (steps - 1) * batch * 6 - 6
    for (const distance of [1, 6, batch * 6]) {
      let together = 0
      for (let i = 0; i < trials; i++) together += spikes[i]! * spikes[i + distance]!
      expect(Math.abs(together - trials / 4)).toBeLessThanOrEqual(5 * Math.sqrt(trials * 0.25 * 0.75))
    }
  })

  test.each([
    ['maxRate', poisson()],
    ['probability', poisson({ probability: 0.8 })],
  ])(
    'by %s: one comparison with what does not change in time, so that 16 steps are drawn at once',
    (_, { kernels }) => {
      const { nodes, outputs } = kernels.forward.program
      const { op, args } = nodes[outputs.spike!]!
      expect([op, nodes[args[0]!]!.op]).toEqual(['lt', 'uniform'])
      const changing = nodes.filter(({ op: leaf }) => leaf === 'timeVarying' || leaf === 'state' || leaf === 'uniform')
      expect(changing).toHaveLength(1)
    },
  )

  test('fires always where the probability exceeds 1', async () => {
    expect(await run(poisson({ probability: 4 }), [0, 0.25, 1], [1, 1, 3], 2)).toEqual([0, 1, 1, 0, 1, 1])
  })

  test('refuses a negative rate and a mixture of both ways', () => {
    const refused = expect.objectContaining({ code: 'HILLOCK_OPTION' })
    expect(() => poisson({ maxRate: -1 })).toThrow(refused)
    expect(() => poisson({ probability: 0.5, maxRate: 100 } as { probability: number })).toThrow(refused)
  })
})

describe('regularRate', () => {
  test('fires evenly, the rounded number of times', async () => {
    const values = [0, 0.26, 0.5, 0.77, 1]
    const steps = 100
    const spikes = await run(regularRate({ probability: 0.4 }), values, [1, 1, 5], steps)
    values.forEach((value, n) => {
      const times = spikes.flatMap((spike, i) => (spike === 1 && i % 5 === n ? [(i - n) / 5] : []))
      expect(times).toHaveLength(Math.round(value * 0.4 * steps))
      const gaps = times.slice(1).map((time, i) => time - times[i]!)
      for (const gap of gaps) expect(Math.abs(gap - 1 / (value * 0.4))).toBeLessThan(1)
    })
  })
})

describe('noise', () => {
  test('is uniform between 0 and the value', async () => {
    const steps = 5000
    const flicker = await run(noise({ offset: -0.5 }), [0, 0.5, 1], [1, 1, 3], steps)
    const of = (n: number) => flicker.filter((_, i) => i % 3 === n)
    const mean = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length
    expect(of(1)).toEqual(new Array(steps).fill(of(1)[0]))
    expect(Math.max(...of(0))).toBeLessThanOrEqual(0)
    expect(Math.min(...of(0))).toBeGreaterThanOrEqual(-0.5)
    expect(Math.abs(mean(of(0)) + 0.25)).toBeLessThan((5 * 0.5) / Math.sqrt(12 * steps))
    expect(Math.abs(mean(of(2).map((x) => x * x)) - 0.25 / 3)).toBeLessThan((5 * 0.25 * 0.3) / Math.sqrt(steps))
  })
})

describe('constant', () => {
  test('runs nothing: the input itself is what comes out', () => {
    const backend = reference()
    const input = backend.alloc([1, 2, 3])
    expect(
      encode(backend, constant(), input, { steps: 9, random: { seed: 1, stream: stream.encoding, step: 0, place: 0 } }),
    ).toBe(input)
  })
})

describe('checkRange', () => {
  const refusal = (encoder: Encoder, values: number[]) => {
    try {
      checkRange(encoder, values)
    } catch (error) {
      return error as Error & { code: string }
    }
    return undefined
  }

  test('accepts the ends of the range', () => {
    expect(refusal(poisson(), [0, 0.5, 1])).toBeUndefined()
    expect(refusal(constant(), [-1e30, 1e30])).toBeUndefined()
  })

  test.each([
    ['the first value out of range', poisson(), [0.5, -0.25, 7], /poisson cannot encode -0.25 \(value 1 of 3\)/],
    ['bytes, saying what to do', latency(), [0.5, 1, 254], /254 \(value 2 of 3\)\n.*divide bytes by 255/],
    ['NaN', constant(), [0, Number.NaN], /constant cannot encode NaN \(value 1 of 2\)/],
    ['infinity', noise(), [Infinity], /noise cannot encode Infinity/],
  ])('refuses %s', (_, encoder, values, message) => {
    expect(refusal(encoder, values)).toMatchObject({ code: 'HILLOCK_RANGE', message: expect.stringMatching(message) })
  })
})

describe('options', () => {
  const any = (value: unknown) => value as never
  test.each<[string, () => unknown, string]>([
    [
      'poisson',
      () => poisson(any({ probabilty: 0.5 })),
      "poisson has no option 'probabilty'\ndid you mean 'probability'?",
    ],
    ['poisson', () => poisson(any(null)), 'poisson: the options are null'],
    ['poisson', () => poisson(any('fast')), "poisson: the options are 'fast'"],
    ['regularRate', () => regularRate(any({ rate: 3 })), "regularRate has no option 'rate'"],
    ['delta', () => delta(any({ before: 'frist' })), "delta: 'before' is 'frist'\ndid you mean 'first'?"],
    ['delta', () => delta(any({ off: 1 })), "delta: 'off' is 1\ngive true or false"],
    ['latency', () => latency(any({ code: 'log' })), "latency: 'code' is 'log'\ndid you mean 'logarithmic'?"],
    [
      'latency',
      () => latency(any({ normalise: true })),
      "latency has no option 'normalise'\ndid you mean 'normalize'?",
    ],
    ['constant', () => constant(any({ value: 3 })), "constant has no parameter 'value'"],
  ])('that %s does not have are refused', (_, make, text) => {
    expect(make).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION', message: expect.stringContaining(text) }))
  })

  test('an encoder that was not called has no range to check', () => {
    expect(() => checkRange(any(poisson), [0.5])).toThrow(
      expect.objectContaining({ code: 'HILLOCK_OPTION', message: expect.stringContaining('call it: ') }),
    )
  })

  test('an undefined probability is one that is not given', () => {
    expect(poisson(any({ probability: undefined, maxRate: 50 })).params).toEqual({ maxRate: 50, dt: 1e-3 })
    expect(regularRate(any({ probability: undefined })).params).toEqual({ maxRate: 100, dt: 1e-3 })
  })
})
