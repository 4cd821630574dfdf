import { HillockError } from '../errors.ts'
import type { Learner } from '../learner.ts'
import type { Loss } from '../losses/loss.ts'
import type { Targets } from '../losses/targets.ts'
import type { Network } from '../network/layer.ts'
import { rangeError, shapeError } from '../refusals.ts'
import { show } from '../show.ts'
import type { Targeted } from './examples.ts'

/** Whether a loss compares what examples give out with targets: those that have labels too are classified where it takes labels alone. */
export const isTargeted = (examples: object, loss: Pick<Loss, 'targets'>): examples is Targeted =>
  'targets' in examples && (loss.targets === true || !('labels' in examples))

/** Whether examples say nothing of what outputs should give. */
export const isUnlabelled = (examples: object): boolean => !('labels' in examples || 'targets' in examples)

/** Throws HILLOCK_LABEL unless a learner can do without. */
export function checkUnlabelled({ name, unlabelled }: Learner): void {
  if (unlabelled) return
  const hint = 'give labels or targets, or use a learner that needs none, such as stdp()'
  const found = `the training examples have neither labels nor targets, and ${name} learns from these`
  throw new HillockError('HILLOCK_LABEL', found, { hint })
}

/**
 * Checks what outputs should give. Throws HILLOCK_SHAPE if there are not [count, outputs] or [count, steps, outputs] values, or not [count, steps] in
 * the mask. Throws HILLOCK_RANGE if a value is not finite, one in the mask is negative, or no step of an example counts.
 */
export function checkTargets({ targets, mask, count }: Targeted, network: Network, steps: number): void {
  const outputs = network.layers.at(-1)!.size
  const whole = count * steps * outputs
  if (targets?.length !== count * outputs && targets?.length !== whole) {
    const hint = `give ${count * outputs} values, ${outputs} for each example, or ${whole}, ${outputs} for each of its ${steps} steps`
    const found = `${count} examples with ${targets?.length === undefined ? show(targets) : targets.length} targets`
    throw shapeError(found, hint)
  }
  const strange = firstOf(targets, (value) => !Number.isFinite(value))
  if (strange >= 0) {
    const hint = 'targets are finite numbers; set the mask to 0 where there is none'
    throw rangeError(`target ${strange} is ${show(targets[strange])}`, hint)
  }
  if (mask === undefined) return
  const hint = 'give 1 for each step that counts and 0 for the others'
  if (mask.length !== count * steps) {
    const found = `a mask of ${mask.length} numbers for ${count} examples of ${steps} steps`
    throw shapeError(found, hint)
  }
  const wrong = firstOf(mask, (value) => !(value >= 0 && value < Infinity))
  if (wrong >= 0) throw rangeError(`mask ${wrong} is ${show(mask[wrong])}`, hint)
  for (let i = 0; i < count; i++) {
    if (total(mask, i * steps, steps) > 0) continue
    throw rangeError(`no step of example ${i} counts`, hint)
  }
}

/** The targets of some rows of the examples. */
export function targetsOf({ targets, mask, count }: Targeted, rows: ArrayLike<number>, steps: number): Targets {
  const width = targets.length / count
  const values = new Float64Array(rows.length * width)
  const weights = mask && new Float64Array(rows.length * steps)
  for (let b = 0; b < rows.length; b++) {
    const row = rows[b]!
    for (let i = 0; i < width; i++) values[b * width + i] = targets[row * width + i]!
    if (weights === undefined) continue
    const scale = steps / total(mask!, row * steps, steps)
    for (let t = 0; t < steps; t++) weights[b * steps + t] = scale * mask![row * steps + t]!
  }
  return { values, ...(weights && { weights }) }
}

function firstOf(values: ArrayLike<number>, test: (value: number) => boolean): number {
  for (let i = 0; i < values.length; i++) if (test(values[i]!)) return i
  return -1
}

function total(values: ArrayLike<number>, from: number, count: number): number {
  let sum = 0
  for (let i = from; i < from + count; i++) sum += values[i]!
  return sum
}
