import { checkValue, is } from '@hillock/core/options'

/** An axis of an image: where its first pixel begins, where its last one ends, and what is written at it. */
export interface AxisOf {
  readonly from: number
  readonly to: number
  readonly title?: string
  /** No labels, as where the panel below has the same axis. */
  readonly bare?: boolean
  readonly orient?: 'right'
  /** The labels at 0, 1, 2, ... Default: the numbers themselves. */
  readonly names?: readonly (string | number)[]
}

/** Whole numbers from 0, each in the middle of its pixel. */
export const counted = (count: number, title: string): AxisOf => ({ from: -0.5, to: count - 0.5, title })

/** Time along the bottom. Throws HILLOCK_OPTION if the step is not a positive number. */
export function timeAxis(steps: number, dt: number | undefined): AxisOf {
  const step = stepOf(dt)
  return { from: -0.5 * step, to: (steps - 0.5) * step, title: timeTitle(dt) }
}

export const timeTitle = (dt: number | undefined): string => (dt === undefined ? 'time step' : 'time (ms)')

/** The length of a step on the time axis. Throws HILLOCK_OPTION if it is not positive. */
export function stepOf(dt: number | undefined): number {
  if (dt === undefined) return 1
  checkValue('the axis of time', 'dt', dt, is.above(0))
  return dt
}
