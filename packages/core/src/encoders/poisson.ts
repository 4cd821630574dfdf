import type { ParamValue } from '../kernel.ts'
import { checkOptions, is } from '../options.ts'
import { type Encoder, encoder } from './encoder.ts'

/** How often a value of 1 fires: `maxRate` in Hz with time steps of `dt` s, or as the `probability` of a spike in one step. */
export type RateOptions =
  | { readonly maxRate?: ParamValue; readonly dt?: ParamValue }
  | { readonly probability: ParamValue }

const byRate = encoder({
  name: 'poisson',
  params: { maxRate: 100, dt: 1e-3 },
  bounds: { maxRate: [0, Infinity], dt: [0, Infinity] },
  range: [0, 1],
  equations: `
    chance = maxRate * dt
    spike = uniform() < input * chance
  `,
})

const byProbability = encoder({
  name: 'poisson',
  params: { probability: 1 },
  bounds: { probability: [0, Infinity] },
  range: [0, 1],
  equations: 'spike = uniform() < input * probability',
})

const known = { maxRate: is.anything, dt: is.anything, probability: is.anything }

/** The one of two encoders that the options mean. Throws HILLOCK_OPTION for an unknown one. */
export function rateCode(
  name: string,
  given: RateOptions,
  codes: { readonly rate: (options: object) => Encoder; readonly probability: (options: object) => Encoder },
): Encoder {
  const options: { readonly [Name in keyof typeof known]?: ParamValue } = given
  checkOptions(name, options, known)
  return options.probability === undefined ? codes.rate(options) : codes.probability(options)
}

/**
 * Rate code with independent spikes: at each step a value x fires with probability x * maxRate * dt, 10 % for a white pixel unless
 * told otherwise; or x * probability. A probability above 1 fires at every step.
 *
 * Values from 0 to 1; spikes. Throws HILLOCK_OPTION for an unknown option, a negative rate, and where both ways of saying it are mixed.
 */
export const poisson = (options: RateOptions = {}): Encoder =>
  rateCode('poisson', options, { rate: byRate, probability: byProbability })
