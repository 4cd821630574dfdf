import type { ParamValue } from '../kernel.ts'
import { type Encoder, encoder } from './encoder.ts'

const make = encoder({
  name: 'noise',
  params: { offset: 0 },
  equations: 'spike = uniform() * (input + offset)',
})

/**
 * Flickering values: each one (plus `offset`) times a fresh random number in [0, 1) at every step. The output is graded. An offset of
 * -0.5 makes of images in [0, 1] those normalised to [-0.5, 0.5] that graded-spike networks were trained on.
 */
export const noise = (options: { readonly offset?: ParamValue } = {}): Encoder => make(options)
