import type { Values } from '../backend.ts'
import type { Encoder } from '../encoders/encoder.ts'
import { type Check, checkValue } from '../options.ts'
import { shapeError } from '../refusals.ts'
import { isFloats } from './examples.ts'

/** How many samples there are, and how many values a step has of each. */
export interface FrameSize {
  readonly batch: number
  readonly inputs: number
}

const floats: Check = (value) => (isFloats(value) ? undefined : 'give a Float32Array')

/**
 * What is shown at each step of a span, [batch, inputs]: the same again and again, or rows. Throws HILLOCK_SHAPE if the number of values is wrong.
 */
export function framesOf(
  { rows, name }: Encoder,
  input: Float32Array,
  { batch, inputs, steps }: FrameSize & { readonly steps: number | undefined },
): Float32Array[] {
  checkValue('stream.step', 'input', input, floats)
  const size = batch * inputs
  const count = rows ? (steps ?? Math.max(1, Math.floor(input.length / size))) : 1
  if (input.length !== count * size) {
    const found = `stream.step: ${input.length} values for ${batch} × ${inputs} inputs${rows ? ` at each of ${count} steps` : ''}`
    const hint = `give ${count * size} values${rows ? '' : `; an encoder rows(${name}()) takes others at each step`}`
    throw shapeError(found, hint)
  }
  if (!rows) return new Array(steps ?? 1).fill(input.slice())
  return Array.from({ length: count }, (_, t) => {
    const frame = new Float32Array(size)
    for (let b = 0; b < batch; b++) {
      const at = (b * count + t) * inputs
      frame.set(input.subarray(at, at + inputs), b * inputs)
    }
    return frame
  })
}

/** Frames as an encoder reads them: [1, batch, inputs] where all are the same and it takes that, else [T, batch, inputs]. */
export function laid(
  { rows }: Encoder,
  frames: readonly Float32Array[],
  { batch, inputs }: FrameSize,
): { readonly shape: readonly number[]; readonly values: Float32Array } {
  const [first] = frames as [Float32Array]
  const same = (frame: Float32Array) => frame === first || frame.every((value, i) => Object.is(value, first[i]))
  if (!rows && frames.every(same)) return { shape: [1, batch, inputs], values: first }
  const values = new Float32Array(frames.length * first.length)
  for (const [t, frame] of frames.entries()) values.set(frame, t * first.length)
  return { shape: [frames.length, batch, inputs], values }
}

/** The last steps of values [T, batch, N]: [batch, steps, N]. */
export function lastSteps(
  values: Values,
  { steps, batch, size }: { readonly steps: number; readonly batch: number; readonly size: number },
): Values {
  const last = values.slice(values.length - steps * batch * size)
  if (batch === 1) return last
  const turned = last.slice()
  for (let t = 0; t < steps; t++)
    for (let b = 0; b < batch; b++) {
      const at = (t * batch + b) * size
      turned.set(last.subarray(at, at + size), (b * steps + t) * size)
    }
  return turned
}
