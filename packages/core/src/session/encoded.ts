import type { Events, Tensor } from '../backend.ts'
import { encode } from '../encoders/encode.ts'
import type { Encoder } from '../encoders/encoder.ts'
import { stream } from '../random/index.ts'
import type { Runtime } from '../runtime/runtime.ts'

interface Encoded {
  readonly encoder: Encoder
  readonly runtime: Runtime
  readonly seed: number
  /** How many time steps there are in all. */
  readonly steps: number
}

/** A span of time, and whose random numbers are drawn for it. */
export interface Encoding {
  readonly steps: number
  /** Counts training steps. */
  readonly step: number
  /** The first time step. Default: 0. */
  readonly from?: number
  /** The first sample. Default: 0. */
  readonly sample?: number
  /** The encoder's states before the span, [B, N]. Default: where it starts. */
  readonly carry?: Readonly<Record<string, Tensor>> | undefined
  /** Takes its states after the span. */
  readonly into?: Readonly<Record<string, Tensor>> | undefined
}

/** Whether an encoder shows the same current at every step. */
export const isStill = ({ constant, rows }: Encoder): boolean => constant && !rows

/** What is put on the backend, [1, B, N] or [T, B, N]: values, or lists. */
export interface Given {
  readonly shape: readonly number[]
  readonly values: Float32Array | Events
}

/** Puts what is given on the backend and encodes it; the tensors live until the step ends. */
export function encoded(
  { encoder, runtime, seed, steps: whole }: Encoded,
  { shape, values }: Given,
  { steps, step, from = 0, sample = 0, carry, into }: Encoding,
): Tensor {
  return runtime.timed('encode', () => {
    const lists = 'index' in values
    const given = runtime.temporary(shape, lists || (encoder.constant && encoder.binary) ? 'spikes' : 'real')
    if (lists) runtime.backend.writeEvents(given, values)
    else runtime.backend.write(given, values)
    const random = { seed, stream: stream.encoding, step, place: 0, from, sample }
    const watch = (alarm: Tensor) =>
      runtime.watch(runtime.adopt(alarm), `the encoder ${encoder.name} computes with NaN or infinity`)
    const made = encode(runtime.backend, encoder, given, { steps, whole, random, carry, into, watch })
    if (made === given) return given
    runtime.adopt(made)
    if (!encoder.binary) runtime.watch(made, `what the encoder ${encoder.name} gives is not finite`)
    return made
  })
}
