/** How many values a shape has: the product of its sizes, 1 for []. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1)

/** Whether two shapes are equal. */
export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i])

/** A shape as messages write it: [2, 3]. */
export const showShape = (shape: readonly number[]): string => `[${shape.join(', ')}]`
