import type { Tensor } from '../backend.ts'
import type { Encoder } from '../encoders/encoder.ts'
import { evaluateSchedule, evaluateSetup } from '../kernel.ts'
import { stream } from '../random/index.ts'
import type { Runtime } from './runtime.ts'

/** A rectangular piece of a data set: [batch, features] values, row-major. */
export interface Images {
  readonly values: Float32Array
  readonly batch: number
  readonly features: number
}

/** Turns images into what the first layer is given: spikes or graded values [T, B, N], or [1, B, N] where the image itself is the current. */
export function encode(
  runtime: Runtime,
  encoder: Encoder,
  { values, batch, features }: Images,
  steps: number,
  step: number,
): Tensor {
  return runtime.timed('encode', () => {
    const { backend, seed } = runtime
    const images = runtime.temporary([1, batch, features])
    backend.write(images, values)
    if (encoder.constant) return images
    const spikes = runtime.temporary([steps, batch, features], encoder.binary ? 'spikes' : 'real')
    const { compiled, forward } = encoder.kernels
    const params = { ...encoder.params, steps }
    const upload = (numbers: ArrayLike<number>, shape: readonly number[]) => {
      const tensor = runtime.temporary(shape)
      backend.write(tensor, numbers)
      return tensor
    }
    const computed = Object.entries(evaluateSetup(compiled, params, features)).map(
      ([name, value]) => [name, typeof value === 'number' ? value : upload(value, [features])] as const,
    )
    const schedule = Object.entries(evaluateSchedule(compiled, params, steps, features)).map(
      ([name, { perNeuron, values: numbers }]) =>
        [name, upload(numbers, perNeuron ? [steps, features] : [steps])] as const,
    )
    backend.scan(forward, {
      steps,
      batch,
      size: features,
      inputs: { input: images },
      setup: Object.fromEntries(computed.filter(([name]) => !name.startsWith('init:'))),
      schedule: Object.fromEntries(schedule),
      initial: Object.fromEntries(
        computed.flatMap(([name, value]) => (name.startsWith('init:') ? [[name.slice(5), value]] : [])),
      ),
      outputs: { spike: spikes },
      random: { seed, stream: stream.encoding, step, place: 0 },
    })
    return spikes
  })
}
