import { HillockError } from '@hillock/core'

/** An error about a file that cannot be used as it is. */
export function damaged(
  name: string,
  found: string,
  options: { hint?: string | undefined; cause?: unknown } = {},
): HillockError {
  const { hint = 'Get the file again from where it came from, or give another folder.', cause } = options
  return new HillockError('HILLOCK_DATA_DAMAGED', `${name} ${found}`, { hint, cause })
}
