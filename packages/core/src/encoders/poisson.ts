import type { ParamValue } from '../kernel.ts'
import { checkOptions, is } from '../options.ts'
import { type Encoder, encoder } from './encoder.ts'

/** How often a value of 1 fires: `maxRate` in Hz with time steps of `dt` s, or as the `probability` of a spike in one step. */
export type RateOptions =
  | {
      /**
       * How often a value of 1 fires, from 0, in Hz.
       * @default 100
       */
      readonly maxRate?: ParamValue
      /**
       * Length of a time step, from 0, in seconds.
       * @default 0.001
       */
      readonly dt?: ParamValue
    }
  | {
      /** The chance that a value of 1 fires in one step, from 0; above 1 it fires at every step. */
      readonly probability: ParamValue
    }

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

/** The one of two encoders that the options mean. Throws HILLOCK_OPTION if one is unknown. */
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
 * Rate code with independent spikes: at each step a value x fires with probability x * maxRate * dt, by default 10% for a white pixel, or
 * x * probability. A probability above 1 fires at every step.
 *
 * Takes values from 0 to 1 and gives spikes. Throws HILLOCK_OPTION if an option is unknown, a rate is negative, or `probability` comes with
 * `maxRate` or `dt`.
 *
 * @example
 * ```ts
 * import { poisson } from '@hillock/core'
 *
 * poisson({ maxRate: 200, dt: 0.001 })
 * poisson({ probability: 0.2 })
 * ```
 */
export const poisson = (options: RateOptions = {}): Encoder =>
  rateCode('poisson', options, { rate: byRate, probability: byProbability })
