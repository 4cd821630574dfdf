import { type Encoder, encoder } from './encoder.ts'

const make = encoder({ name: 'constant', constant: true, equations: 'spike = input' })

/**
 * The values themselves at every step, as a current: the first connection maps them once, and nothing is encoded. Takes any finite
 * numbers. Throws HILLOCK_OPTION if an option is given.
 *
 * @example
 * ```ts
 * import { constant } from '@hillock/core'
 *
 * constant()
 * ```
 */
export const constant = (options: Readonly<Record<string, never>> = {}): Encoder => make(options)
