import { HillockError } from './errors.ts'
import type { ParamValue } from './kernel.ts'

/** Least and greatest value of a parameter, both allowed. */
export type Bounds = readonly [least: number, greatest: number]

/** Checks parameters against their bounds. Errors: HILLOCK_OPTION naming the model, the parameter and its value. */
export function checkBounds(
  model: string,
  params: Readonly<Record<string, ParamValue>>,
  bounds: Readonly<Record<string, Bounds | undefined>>,
): void {
  for (const [name, value] of Object.entries(params)) {
    const [least, greatest] = bounds[name] ?? [-Infinity, Infinity]
    const found = (typeof value === 'number' ? [value] : Array.from(value)).find((x) => !(x >= least && x <= greatest))
    if (found === undefined) continue
    const hint = greatest === Infinity ? `it takes ${least} or more` : `it takes a number from ${least} to ${greatest}`
    throw new HillockError('HILLOCK_OPTION', `${model}: '${name}' is ${found}`, { hint })
  }
}
