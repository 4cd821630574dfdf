import { shapeError } from '../refusals.ts'
import { sizeOf } from '../shape.ts'
import type { Shape } from './connection.ts'

/** A window that moves over the axes of an input. */
export interface Window {
  /** Its size along each axis. */
  readonly kernel: readonly number[]
  /** Places from window to window, for each axis. */
  readonly stride: readonly number[]
  /** Zeros before the first place of each axis, and after the last. */
  readonly padding: readonly (readonly [before: number, after: number])[]
  /** Places from one weight to the next, for each axis. */
  readonly dilation: readonly number[]
}

/** Where a window stands on an input: the axes of the output, and which places each of its sites sees. */
export interface Placed {
  readonly to: Shape
  /** Calls `see` with the input's place, and the place within the window, for those of site q that are not padding. */
  each(q: number, see: (place: number, within: number) => void): void
}

/**
 * Places a window on an input [...axes, channels]. Throws HILLOCK_SHAPE if the input has another number of axes than the window, or is smaller than
 * it; `where` names the connection.
 */
export function place(where: string, from: Shape, { kernel, stride, padding, dilation }: Window): Placed {
  const axes = from.slice(0, -1)
  const shown = `[${from.join(', ')}]`
  if (axes.length !== kernel.length || axes.length === 0) {
    const named = ['depth', 'height', 'width'].slice(-Math.max(1, kernel.length))
    const hint = `give the network [${[...named, 'channels'].join(', ')}], as in sequential([28, 28, 1], ...)`
    const over = kernel.length === 0 ? 'a place and channels' : `${kernel.length} axes and channels`
    throw shapeError(`${where} takes ${over}, and its input is ${shown}`, hint)
  }
  const to = axes.map((length, i) => {
    const room = length + padding[i]![0] + padding[i]![1] - dilation[i]! * (kernel[i]! - 1)
    return Math.floor((room - 1) / stride[i]!) + 1
  })
  if (to.some((length) => length < 1)) {
    const hint = 'use a smaller window or a smaller dilation, or pad the input'
    throw shapeError(`${where}: the input ${shown} is smaller than the window`, hint)
  }
  const area = sizeOf(kernel)
  return {
    to,
    each(q, see) {
      const first = coordinates(q, to).map((at, i) => at * stride[i]! - padding[i]![0])
      for (let k = 0; k < area; k++) {
        const at = coordinates(k, kernel).map((step, i) => first[i]! + step * dilation[i]!)
        if (at.some((x, i) => x < 0 || x >= axes[i]!)) continue
        see(
          at.reduce((index, x, i) => index * axes[i]! + x, 0),
          k,
        )
      }
    },
  }
}

/** Where element `index` of a row-major array stands on each axis. */
function coordinates(index: number, axes: Shape): number[] {
  const found = new Array<number>(axes.length)
  for (let i = axes.length - 1, rest = index; i >= 0; i--) {
    found[i] = rest % axes[i]!
    rest = Math.floor(rest / axes[i]!)
  }
  return found
}
