import type { Need } from './where-found.ts'

/** What tests that take minutes need: the variable HILLOCK_THOROUGH. */
export const thorough: Need = {
  found: Boolean(process.env.HILLOCK_THOROUGH),
  missing: 'HILLOCK_THOROUGH is not set',
  optional: true,
}
