import type { Initializer } from '../initializers.ts'
import { checkOptions, checkValue, is } from '../options.ts'
import { sizeOf } from '../shape.ts'
import { type Connection, startsOf, type WeightOptions, weightChecks } from './connection.ts'

/** Every input to every neuron: current = x W + b, W being [inputs, units]. */
export interface Dense extends Connection {
  /** Tells it from other connections. */
  readonly kind: 'dense'
  /** How many neurons it reaches. */
  readonly units: number
  /** How weights start. */
  readonly weight: Initializer
}

/** Options of `dense`. */
export interface DenseOptions extends WeightOptions {}

/**
 * A dense connection to `units` neurons, from a layer of any shape; weights and biases start as in torch.nn.Linear. Throws HILLOCK_OPTION
 * if `units` is not a whole number from 1, an option is unknown, or there is no such initializer.
 *
 * @example
 * ```ts
 * import { dense, lif, sequential } from '@hillock/core'
 *
 * sequential(784, [dense(128, { weight: 'heUniform', bias: false }), lif(), dense(10), lif()])
 * ```
 */
export function dense(units: number, options: DenseOptions = {}): Dense {
  checkValue('dense', 'units', units, is.whole(1))
  checkOptions('dense', options, weightChecks)
  return {
    kind: 'dense',
    units,
    ...startsOf(options),
    connect(from) {
      const inputs = sizeOf(from)
      return { to: [units], weights: [inputs, units], fans: { fanIn: inputs, fanOut: units } }
    },
  }
}
