import { HillockError } from '@hillock/core'

/** Refuses a file whose parts do not go together. */
export const damaged = (found: string, hint = 'write the file again'): HillockError =>
  new HillockError('HILLOCK_DATA_DAMAGED', `the network: ${found}`, { hint })

/** Refuses what is sound but cannot be run, or written. */
export const unsupported = (found: string, hint: string): HillockError =>
  new HillockError('HILLOCK_UNSUPPORTED', found, { hint })
