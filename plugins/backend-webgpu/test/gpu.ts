import { isAvailable } from '../src/index.ts'

/** Why there is no GPU here, real or emulated; undefined where there is one. */
export const absent: string | undefined = await isAvailable().then((found) =>
  found.available ? undefined : found.reason,
)
