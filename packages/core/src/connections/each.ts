import { checkOptions } from '../options.ts'
import { sizeOf } from '../shape.ts'
import { weightsOf, wiring } from '../wiring.ts'
import { type Connection, type Link, type Shape, startsOf, type WeightOptions, weightChecks } from './connection.ts'

/** Every neuron to its own, by a weight for each of them. */
function toItself(from: Shape): Link {
  const width = sizeOf(from)
  const sites = { count: 1, width }
  const table = wiring({ from: sites, to: sites, slots: 1, diagonal: true }, (_, add) => add(0))
  return { to: from, wiring: table, weights: weightsOf(table), fans: { fanIn: 1, fanOut: 1 } }
}

/**
 * Gives each neuron what its counterpart gives out, as it is: a skip. There is nothing to learn.
 *
 * @example
 * ```ts
 * import { dense, lif, network, neurons } from '@hillock/core'
 * import { identity } from '@hillock/core/connections'
 *
 * network(784, (input) => {
 *   const a = neurons(lif(), [dense(100), input])
 *   const b = neurons(lif(), [dense(100), a], [identity(), a])
 *   return neurons(lif(), [dense(10), b])
 * })
 * ```
 */
export const identity = (): Connection => ({
  kind: 'identity',
  weight: null,
  bias: null,
  connect: (from) => ({ ...toItself(from), constant: 1 }),
})

/**
 * Gives each neuron what its counterpart gives out, times a weight of its own. Defaults: `weight` 'ones', `bias` false. Throws HILLOCK_OPTION
 * if an option is unknown or wrong.
 *
 * @example
 * ```ts
 * import { lif, sequential } from '@hillock/core'
 * import { oneToOne } from '@hillock/core/connections'
 *
 * sequential(10, [oneToOne({ bias: true }), lif()])
 * ```
 */
export function oneToOne(options: WeightOptions = {}): Connection {
  checkOptions('oneToOne', options, weightChecks)
  return { kind: 'oneToOne', ...startsOf({ weight: 'ones', bias: false, ...options }), connect: toItself }
}

/**
 * Makes a list of [height, width, channels]; neurons stay in order, so that nothing is computed.
 *
 * @example
 * ```ts
 * import { dense, flatten, lif, sequential } from '@hillock/core'
 *
 * sequential([28, 28, 1], [flatten(), dense(10), lif()])
 * ```
 */
export const flatten = (): Connection => ({
  kind: 'flatten',
  weight: null,
  bias: null,
  connect: (from) => ({ to: [sizeOf(from)], weights: [], fans: { fanIn: 1, fanOut: 1 } }),
})
