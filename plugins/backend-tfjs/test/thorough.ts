import type { Need } from '@hillock/testing'

/** For tests that take minutes. */
export const thorough: Need = {
  found: Boolean(process.env.HILLOCK_THOROUGH),
  missing: 'HILLOCK_THOROUGH is not set',
  optional: true,
}
