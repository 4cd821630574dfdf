import type { Need } from '@hillock/testing'
import { isAvailable } from '../src/index.ts'

const found = await isAvailable()

/** A GPU, real or emulated. */
export const gpu: Need = { found: found.available, missing: found.available ? '' : found.reason }
