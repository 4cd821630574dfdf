import { constant, type Encoder, encoder, latency, poisson } from '@hillock/core'
import { delta, noise, regularRate } from '@hillock/core/encoders'
import { describe, expect, test } from '@jest/globals'
import { encoderConformance } from '../src/index.ts'
import { outcome } from './outcome.ts'

const encoders: Record<string, Encoder> = {
  'poisson by rate': poisson(),
  'poisson by probability': poisson({ probability: 0.8 }),
  'regular rate': regularRate(),
  'regular rate by probability': regularRate({ probability: 0.8 }),
  'linear latency': latency(),
  'logarithmic latency': latency({ code: 'logarithmic', normalize: false, clip: false, tau: 5 }),
  delta: delta(),
  'delta both ways': delta({ off: true, before: 'first' }),
  constant: constant(),
  noise: noise({ offset: -0.5 }),
}

for (const [name, made] of Object.entries(encoders)) {
  describe(name, () => encoderConformance(made, { runner: { describe, test } }))
}

describe('the suite fails', () => {
  const coin = { name: 'coin', equations: 'spike = uniform() < input', range: [0, 1] as const }

  /** Names of the tests that an encoder does not pass. */
  const failures = async (broken: Encoder): Promise<readonly string[]> =>
    (await outcome((runner) => encoderConformance(broken, { runner }))).failed

  test('for none of a sound encoder', async () => {
    expect(await failures(encoder(coin)())).toEqual([])
  })

  test('where spikes are promised and graded values given', async () => {
    const graded = encoder({ ...coin, equations: 'spike = uniform() * input' })()
    expect(await failures({ ...graded, binary: true })).toContain('gives zeros and ones only, as it says')
  })

  test('where it draws from elsewhere', async () => {
    const made = encoder({ ...coin, params: { luck: 1 }, equations: 'spike = uniform() * luck < input' })()
    const params = {
      get luck() {
        return Math.random()
      },
    }
    // copied with a value once and for all behind the decorator, so that only the bare one fails
    expect(await failures({ ...made, params })).toEqual([
      'gives the same for the same seed, on the reference and on the oracle',
    ])
  })

  test('where a value out of range is accepted', async () => {
    const { range: _, ...open } = encoder(coin)()
    const lenient = { ...open, range: [-Infinity, Infinity] as const }
    expect(await failures(lenient)).toContain('accepts its range and refuses what lies outside')
  })

  test('where values are infinite', async () => {
    expect(await failures(encoder({ ...coin, equations: 'spike = uniform() / input' })())).toContain(
      'gives [T, B, N] for an image and for a recording',
    )
  })
})
