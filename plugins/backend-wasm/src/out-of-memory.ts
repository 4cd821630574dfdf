import { HillockError } from '@hillock/core'

const page = 65536

/** Says what there is no room for, and a batch size to try where it is for a batch of so many samples. */
export function outOfMemory(
  what: string,
  bytes: number,
  there: number,
  batch: number | undefined,
  cause: unknown,
): HillockError {
  const mebibytes = (n: number) => `${Math.round(n / 2 ** 20)} MiB`
  const most = 65536 * page
  const found = `there is no room for ${what}: ${mebibytes(bytes)} beside the ${mebibytes(there)} that are taken, and ${mebibytes(most)} is the most`
  // Half of what would fit, for this array is never alone.
  const fits = batch === undefined ? 0 : Math.floor((batch * Math.min(1, (most - there) / bytes)) / 2)
  const hint = fits > 0 ? `try a batch of ${fits}, or fewer steps` : 'use smaller batches, or fewer steps'
  return new HillockError('HILLOCK_OUT_OF_MEMORY', found, { hint, cause })
}
