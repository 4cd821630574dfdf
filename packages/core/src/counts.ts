/**
 * What a person works out of decimals: 0.29 * 100 is 28.999999999999996 in floating point, and 29 here. Where a number is as near to a
 * multiple of 1/2 as the rounding of a few products may have left it, it is that multiple.
 */
function workedOut(x: number): number {
  const halves = Math.round(2 * x)
  return Math.abs(2 * x - halves) <= Math.abs(x) * 2 ** -49 ? halves / 2 : x
}

/** A count from rates, times and steps, rounded down: `wholeSteps(0.29 * 100)` is 29. */
export const wholeSteps = (x: number): number => Math.floor(workedOut(x))

/** Rounded to the nearest, halves up: `nearestWhole(0.145 * 100)` is 15. */
export const nearestWhole = (x: number): number => Math.floor(workedOut(x) + 0.5)
