import { type Encoder, encoder } from './encoder.ts'

const make = encoder({ name: 'spikes', constant: true, range: [0, 1], equations: 'spike = input' })

/**
 * Shows recorded spikes as they are: an example is [T, N] zeros and ones, or the lists of an `ExampleSource`, and step t is its row t.
 * Nothing is run. A session throws HILLOCK_RANGE if there are other values.
 *
 * @example
 * ```ts
 * import { spikes } from '@hillock/core'
 *
 * spikes()
 * ```
 */
export const spikes = (options: Readonly<Record<string, never>> = {}): Encoder => ({
  ...make(options),
  binary: true,
  rows: true,
})
