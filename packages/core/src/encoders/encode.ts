import type { Backend, RandomKey, Tensor } from '../backend.ts'
import { evaluateSchedule, evaluateSetup } from '../kernel.ts'
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
  const params = { ...encoder.params, steps }
  const held: Tensor[] = []
  const hold = (shape: readonly number[], values: ArrayLike<number>): Tensor => {
    const tensor = backend.alloc(shape)
    backend.write(tensor, values)
    held.push(tensor)
    return tensor
  }
  const setup: Record<string, number | Tensor> = {}
  const initial: Record<string, number | Tensor> = {}
  for (const [name, value] of Object.entries(evaluateSetup(compiled, params, size))) {
    const bound = typeof value === 'number' ? value : hold([size], value)
    if (name.startsWith('init:')) initial[name.slice('init:'.length)] = bound
    else setup[name] = bound
  }
  const schedule: Record<string, Tensor> = {}
  for (const [name, { perNeuron, values }] of Object.entries(evaluateSchedule(compiled, params, steps, size)))
    schedule[name] = hold(perNeuron ? [steps, size] : [steps], values)
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
  for (const tensor of held) backend.free(tensor)
  return spike
}
