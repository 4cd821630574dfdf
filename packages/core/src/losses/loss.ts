import { HillockError } from '../errors.ts'

export interface LossShape {
  readonly steps: number
  readonly batch: number
  readonly classes: number
}

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
  readonly name: string
  /** What it reads of the last layer: 'spike', or the name of a recorded state such as 'v'. */
  readonly reads: string
  /** 'sum': only the sum over time is needed, [B, C], and the signal is the same at each step; 'steps': all of [T, B, C]. */
  readonly over: 'sum' | 'steps'
  /** It is the mean over the steps of what it is of each step alone, so that it can be evaluated while time runs. */
  readonly each?: boolean
  /** What else it was made with, so that a resumed run can tell whether its loss is the same. */
  readonly options?: Readonly<Record<string, unknown>>
  /**
   * `values`: [B, C] or [T, B, C]; `labels`: B whole numbers from 0 to C - 1.
   * Errors: HILLOCK_LABEL for another label, HILLOCK_SHAPE for another number of values or labels.
   */
  evaluate(values: ArrayLike<number>, labels: ArrayLike<number>, shape: LossShape): Evaluated
}

/** Checks what a loss is given: `count` values, and a label within the classes for each sample. */
export function checkLossInput(
  name: string,
  values: ArrayLike<number>,
  labels: ArrayLike<number>,
  { batch, classes }: LossShape,
  count: number,
): void {
  if (values.length !== count || labels.length !== batch) {
    const found = `${name}: ${values.length} values and ${labels.length} labels`
    const hint = `${count} values and ${batch} labels are wanted for a batch of ${batch} and ${classes} classes`
    throw new HillockError('HILLOCK_SHAPE', found, { hint })
  }
  for (let b = 0; b < batch; b++) {
    const label = labels[b] as number
    if (Number.isInteger(label) && label >= 0 && label < classes) continue
    const hint = `${classes} outputs take whole numbers from 0 to ${classes - 1}: check the labels, or the size of the last layer`
    throw new HillockError('HILLOCK_LABEL', `label ${b} of ${batch} is ${label}`, { hint })
  }
}
