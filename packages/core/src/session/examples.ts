import { checkRange, type Encoder } from '../encoders/encoder.ts'
import { HillockError } from '../errors.ts'
import type { Network } from '../network.ts'

/** Examples as plain arrays: `features` values each, row-major, and a class from 0 to `classes - 1`. */
export interface Examples {
  readonly images: Float32Array
  readonly labels: Uint8Array
  readonly count: number
  readonly features: number
  readonly classes: number
}

export interface Dataset {
  readonly train: Examples
  readonly validation?: Examples
  readonly test: Examples
}

/**
 * Checks that examples fit a network and its encoder. Errors: HILLOCK_SHAPE where there are none, or lengths do not agree; HILLOCK_LABEL
 * for a label that no output stands for; HILLOCK_RANGE for a value that cannot be encoded.
 */
export function checkExamples(examples: Examples, network: Network, encoder: Encoder): void {
  const { images, labels, count, features, classes } = examples
  if (features !== network.inputs) {
    const found = `examples have ${features} values each, the network has ${network.inputs} inputs`
    throw new HillockError('HILLOCK_SHAPE', found, { hint: `write sequential(${features}, ...)` })
  }
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new HillockError('HILLOCK_SHAPE', `there are ${count} examples`, { hint: 'give at least one' })
  }
  if (images.length !== count * features || labels.length !== count) {
    const found = `${count} examples with ${images.length} values and ${labels.length} labels`
    const hint = `images: ${count * features} values, labels: ${count}`
    throw new HillockError('HILLOCK_SHAPE', found, { hint })
  }
  const outputs = network.layers.at(-1)!.size
  const wrong = labels.findIndex((label) => label >= outputs)
  if (wrong >= 0) {
    const found = `example ${wrong} has label ${labels[wrong]}, the network has ${outputs} outputs`
    const wanted = Math.max(classes, labels[wrong]! + 1)
    const hint = `labels go from 0 to ${outputs - 1}; give the last layer ${wanted} neurons`
    throw new HillockError('HILLOCK_LABEL', found, { hint })
  }
  checkRange(encoder, images)
}
