import { type Encoder, encoder } from './encoder.ts'
import { type RateOptions, rateCode } from './poisson.ts'

// The phase is a product, not a sum carried along, so that it does not drift; it starts half way, so that T steps give the rounded
// number of spikes. A value that crosses a whole number fires: written as a comparison, which can only be 0 or 1. The rate is raised by
// more than products of f32 fall short, or what should be a half would often be a little less.
const fire = `
  raised = rate * 1.0000003
  spike = floor(raised * t + 0.5) < floor(raised * (t + 1) + 0.5)
`

const byRate = encoder({
  name: 'regularRate',
  params: { maxRate: 100, dt: 1e-3 },
  bounds: { maxRate: [0, Infinity], dt: [0, Infinity] },
  range: [0, 1],
  equations: `
    chance = maxRate * dt
    rate = input * chance
    ${fire}
  `,
})

const byProbability = encoder({
  name: 'regularRate',
  params: { probability: 1 },
  bounds: { probability: [0, Infinity] },
  range: [0, 1],
  equations: `
    rate = input * probability
    ${fire}
  `,
})

/**
 * Rate code with regular spikes and no chance: a value x fires every 1 / (x * maxRate * dt) steps, or every 1 / (x * probability)
 * steps, as evenly as whole steps allow. It takes the options of `poisson`.
 *
 * Takes values from 0 to 1 and gives spikes. Throws HILLOCK_OPTION if an option is unknown, a rate is negative, or `probability` comes with
 * `maxRate` or `dt`.
 *
 * @example
 * ```ts
 * import { regularRate } from '@hillock/core/encoders'
 *
 * regularRate({ probability: 0.5 })
 * ```
 */
export const regularRate = (options: RateOptions = {}): Encoder =>
  rateCode('regularRate', options, { rate: byRate, probability: byProbability })
