import { HillockError } from '../errors.ts'
import { optionError, shapeError } from '../refusals.ts'
import { isTargets, type Targets } from './targets.ts'

/** The shape of what a loss compares. */
export interface LossShape {
  /** Time steps T. */
  readonly steps: number
  /** Samples B. */
  readonly batch: number
  /** Outputs C. */
  readonly classes: number
}

/** What a loss makes of a batch. */
export interface Evaluated {
  /** Mean over the batch. */
  readonly loss: number
  /** Derivative of the loss by each value: [1, B, C], the same at every step, or [T, B, C]. */
  readonly signal: Float64Array
  /** [B, C]; the largest is the prediction. */
  readonly scores: Float64Array
}

/** How far the network's output is from the labels; computed on the host in f64. */
export interface Loss {
  /** Shown in messages, such as 'crossEntropy'. */
  readonly name: string
  /** What it reads of the last layer: 'spike', or the name of a recorded state such as 'v'. */
  readonly reads: string
  /** 'sum': only the sum over time is needed, [B, C], and the signal is the same at each step; 'steps': all of [T, B, C]. */
  readonly over: 'sum' | 'steps'
  /** It is the mean over the steps of what it is of each step alone, so that it can be evaluated while time runs. */
  readonly each?: boolean
  /** It also takes values that outputs should give, not labels alone. Default: false. */
  readonly targets?: boolean
  /** What else it was made with, so that a resumed run can tell whether its loss is the same. */
  readonly options?: Readonly<Record<string, unknown>>
  /**
   * `values`: [B, C] or [T, B, C]; `labels`: B whole numbers from 0 to C - 1, or with `targets` what the outputs should give.
   * Throws HILLOCK_LABEL if a label is not one of those, HILLOCK_SHAPE if the number of values, labels or targets is another, and
   * HILLOCK_OPTION if it takes no targets.
   */
  evaluate(values: ArrayLike<number>, labels: ArrayLike<number> | Targets, shape: LossShape): Evaluated
}

/** Throws HILLOCK_OPTION if a loss does not take values that outputs should give. */
export function checkTakesTargets({ name, targets }: Pick<Loss, 'name' | 'targets'>): void {
  if (targets) return
  const hint =
    "take meanSquaredError({ on: 'v', reduce: 'each' }), which compares the output with targets at every step"
  throw optionError(`${name} takes labels, but the examples have targets`, hint)
}

/** Checks the targets that a loss is given, and the number of values. Throws HILLOCK_SHAPE if there are too few or too many of either. */
export function checkTargetInput(
  name: string,
  values: ArrayLike<number>,
  { values: wanted, weights }: Targets,
  { steps, batch, classes }: LossShape,
): void {
  const [still, whole] = [batch * classes, steps * batch * classes]
  const right = values.length === whole && (wanted.length === still || wanted.length === whole)
  if (right && (weights === undefined || weights.length === steps * batch)) return
  const found = `${name}: ${values.length} values, ${wanted.length} targets and ${weights?.length ?? 0} weights`
  const hint = `${whole} values, ${still} or ${whole} targets and ${steps * batch} weights or none are needed`
  throw shapeError(found, hint)
}

/** Checks what a loss is given: `count` values, and a label within the classes for each sample. */
export function checkLossInput(
  name: string,
  values: ArrayLike<number>,
  labels: ArrayLike<number> | Targets,
  { batch, classes }: LossShape,
  count: number,
): asserts labels is ArrayLike<number> {
  if (isTargets(labels)) return checkTakesTargets({ name })
  if (values.length !== count || labels.length !== batch) {
    const found = `${name}: ${values.length} values and ${labels.length} labels`
    const hint = `${count} values and ${batch} labels are needed for a batch of ${batch} and ${classes} classes`
    throw shapeError(found, hint)
  }
  for (let b = 0; b < batch; b++) {
    const label = labels[b] as number
    if (Number.isInteger(label) && label >= 0 && label < classes) continue
    const hint = `${classes} outputs take whole numbers from 0 to ${classes - 1}: check the labels, or the size of the last layer`
    throw new HillockError('HILLOCK_LABEL', `label ${b} of ${batch} is ${label}`, { hint })
  }
}
