import type { Backend, RandomKey, Tensor } from '../backend.ts'
import { uploadValues } from '../values.ts'
import type { Encoder } from './encoder.ts'

/**
 * Encodes values that passed `checkRange`: [1, B, N] (or [T, B, N]) to [T, B, N], a tensor of spikes if the encoder is binary. The
 * caller frees what it gets; a constant encoder gives back the input itself.
 */
export function encode(
  backend: Backend,
  encoder: Encoder,
  input: Tensor,
  { steps, random }: { readonly steps: number; readonly random: RandomKey },
): Tensor {
  if (encoder.constant) return input
  const { compiled, forward } = encoder.kernels
  const [, batch, size] = input.shape as [number, number, number]
  const { setup, schedule, initial, free } = uploadValues(
    backend,
    compiled,
    { ...encoder.params, steps },
    { steps, size },
  )
  const spike = backend.alloc([steps, batch, size], encoder.binary ? 'spikes' : 'real')
  backend.scan(forward, {
    steps,
    batch,
    size,
    inputs: { input },
    setup,
    schedule,
    initial,
    random,
    outputs: { spike },
  })
  free()
  return spike
}
