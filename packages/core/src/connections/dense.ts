import type { Initializer } from '../initializers.ts'
import { checkOptions, checkValue, is } from '../options.ts'
import { sizeOf } from '../shape.ts'
import { type Connection, startsOf, type WeightOptions, weightChecks } from './connection.ts'

/** Every input to every neuron: current = x W + b, W being [inputs, units]. */
export interface Dense extends Connection {
  readonly kind: 'dense'
  readonly units: number
  readonly weight: Initializer
}

export type DenseOptions = WeightOptions

/**
 * A dense connection to `units` neurons, from a layer of any shape; weights and biases start as in torch.nn.Linear. Throws HILLOCK_OPTION
 * unless `units` is a whole number from 1, for an unknown option, and for an unknown initializer.
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
