import { conv2d } from '@hillock/core'
import { sizeOf } from '@hillock/core/options'
import { generator, stream } from '@hillock/core/random'

/** A convolution of square images, by their side, on one batch of spikes. */
export interface Convolution {
  readonly side: number
  readonly inputs: number
  readonly channels: number
  readonly kernel: number
  readonly padding: number
  readonly steps: number
  readonly batch: number
}

export const convolutions: readonly Convolution[] = [
  { side: 28, inputs: 1, channels: 12, kernel: 5, padding: 0, steps: 25, batch: 32 },
  { side: 34, inputs: 2, channels: 16, kernel: 3, padding: 1, steps: 25, batch: 32 },
  { side: 16, inputs: 64, channels: 64, kernel: 3, padding: 1, steps: 10, batch: 32 },
]

export const nameOf = ({ side, inputs, channels, kernel, steps }: Convolution): string =>
  `${side}x${side}x${inputs} to ${channels}C${kernel}, T ${steps}`

/** One call: of spikes of a density, or of errors of which a share has an effect. */
export interface Operation {
  readonly kind: 'forward' | 'gradient' | 'adjoint'
  readonly density: number
}

/** The input of a first layer has no adjoint that anyone wants. */
export const operationsOf = ({ inputs }: Convolution): Operation[] => [
  ...[0.02, 0.1, 0.3].flatMap((density): Operation[] => [
    { kind: 'forward', density },
    { kind: 'gradient', density },
  ]),
  ...(inputs < 4 ? [] : [1, 0.25, 0.1].map((density): Operation => ({ kind: 'adjoint', density }))),
]

export interface Values {
  readonly x: Float32Array
  readonly w: Float32Array
  readonly delta: Float32Array
  /** What of the adjoint has an effect. */
  readonly needed: Float32Array
}

/** Spikes and what is needed at a density, weights and errors between -0.5 and 0.5. */
export function valuesOf(convolution: Convolution, density: number): Values {
  const { side, inputs, channels, kernel, padding, steps, batch } = convolution
  const { weights, to } = conv2d(channels, kernel, { padding }).connect([side, side, inputs])
  const { uniform } = generator(1, stream.noise)
  const made = (length: number, value: () => number) => Float32Array.from({ length }, value)
  const [given, out] = [steps * batch * side * side * inputs, steps * batch * sizeOf(to)]
  return {
    x: made(given, () => (uniform() < density ? 1 : 0)),
    w: made(sizeOf(weights), () => uniform() - 0.5),
    delta: made(out, () => uniform() - 0.5),
    needed: made(given, () => (uniform() < density ? 1 : 0)),
  }
}

/** What of a result counts; undefined for all of it. */
export const wantedOf = ({ kind, density }: Operation, { needed }: Values): Float32Array | undefined =>
  kind === 'adjoint' && density < 1 ? needed : undefined
