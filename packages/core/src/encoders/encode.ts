import type { Backend, RandomKey, Tensor } from '../backend.ts'
import { alarmName } from '../equations/alarm.ts'
import { placesOf } from '../equations/draws.ts'
import { uploadValues } from '../values.ts'
import type { Encoder } from './encoder.ts'

export interface EncodeOptions {
  readonly steps: number
  /** How many time steps the encoder is told that there are, where this is a span of them. Default: `steps`. */
  readonly whole?: number
  /** States before the first step, [B, N], by their names. Default: where the encoder starts. */
  readonly carry?: Readonly<Record<string, Tensor>> | undefined
  /** Takes states as they stand after the last step, [B, N]. */
  readonly into?: Readonly<Record<string, Tensor>> | undefined
  /** Its `from` is the first step of a span; a multiple of 16 where the encoder draws. */
  readonly random: RandomKey
  /** Takes a tensor that is NaN or infinite where the encoder has met such a value unseen, to be freed as the result. */
  readonly watch?: (alarm: Tensor) => void
}

/**
 * Encodes values that passed `checkRange`: [1, B, N] (or [T, B, N]) to [T, B, N], a tensor of spikes if the encoder is binary. The
 * caller frees what it gets; a constant encoder gives back the input itself.
 *
 * @example
 * ```ts
 * import { encode, poisson, reference } from '@hillock/core'
 * import { stream } from '@hillock/core/random'
 *
 * const backend = reference()
 * const input = backend.alloc([1, 1, 3])
 * backend.write(input, [0, 0.5, 1])
 * const random = { seed: 0, stream: stream.encoding, step: 0, place: 0 }
 * const spikes = encode(backend, poisson({ probability: 1 }), input, { steps: 10, random })
 * console.log(await backend.read(spikes)) // [10, 1, 3] zeros and ones
 * ```
 */
export function encode(
  backend: Backend,
  encoder: Encoder,
  input: Tensor,
  { steps, whole = steps, random, carry, into, watch }: EncodeOptions,
): Tensor {
  if (encoder.constant) return input
  const { compiled, forward, watched } = encoder.kernels
  const [, batch, size] = input.shape as [number, number, number]
  const { setup, timeVarying, initial, finiteTimeVarying, free } = uploadValues(
    backend,
    compiled,
    { ...encoder.params, steps: whole },
    { steps, from: random.from ?? 0, size },
  )
  const spike = backend.alloc([steps, batch, size], encoder.binary ? 'spikes' : 'real')
  const kernel = watch ? watched({ finiteInput: true, finiteTimeVarying }) : forward
  const alarm = alarmName in kernel.program.outputs ? backend.alloc([1, batch, size]) : undefined
  backend.scan(kernel, {
    steps,
    batch,
    size,
    inputs: { input },
    setup,
    timeVarying,
    initial: { ...initial, ...carry },
    ...(placesOf(kernel.program) > 0 && { random }),
    outputs: { spike, ...(alarm && { [alarmName]: alarm }) },
    ...(into && { final: into }),
  })
  if (alarm) watch?.(alarm)
  free()
  return spike
}
