/**
 * Encoders turn numbers into spikes; `encoder` writes your own from equations.
 * @module
 */

export { constant } from '../encoders/constant.ts'
export { type DeltaOptions, delta } from '../encoders/delta.ts'
export { encode } from '../encoders/encode.ts'
export { checkRange, type Encoder, type EncoderText, encoder } from '../encoders/encoder.ts'
export { type LatencyOptions, latency } from '../encoders/latency.ts'
export { type NoiseOptions, noise } from '../encoders/noise.ts'
export { poisson, type RateOptions } from '../encoders/poisson.ts'
export { regularRate } from '../encoders/regular-rate.ts'
export { inputsOf, layOut, rows } from '../encoders/rows.ts'
export { spikes } from '../encoders/spikes.ts'
