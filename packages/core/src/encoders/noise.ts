import type { ParamValue } from '../kernel.ts'
import { type Encoder, encoder } from './encoder.ts'

const make = encoder({
  name: 'noise',
  params: { offset: 0 },
  equations: 'spike = uniform() * (input + offset)',
})

/** Options of `noise`. */
export interface NoiseOptions {
  /**
   * Added to each value before it is multiplied.
   * @default 0
   */
  readonly offset?: ParamValue
}

/**
 * Flickering values: each one (plus `offset`) times a fresh random number in [0, 1) at every step. The output is graded. An offset of
 * -0.5 makes of images in [0, 1] those normalised to [-0.5, 0.5] that graded-spike networks were trained on.
 * Throws HILLOCK_OPTION if an option is unknown.
 *
 * @example
 * ```ts
 * import { noise } from '@hillock/core/encoders'
 *
 * noise({ offset: -0.5 })
 * ```
 */
export const noise = (options: NoiseOptions = {}): Encoder => make(options)
