import { type Initializer, isInitializer } from './initializers.ts'
import { type Check, checkOptions, is } from './options.ts'

/** Every input to every neuron: current = x W + b, W being [inputs, units]. */
export interface Dense {
  readonly kind: 'dense'
  readonly units: number
  readonly weight: Initializer
  /** Null for none. */
  readonly bias: Initializer | null
}

export interface DenseOptions {
  readonly weight?: Initializer
  /** `false` for none, `true` for the default. */
  readonly bias?: Initializer | boolean
}

/**
 * A dense connection to `units` neurons; weights and biases start as in torch.nn.Linear. Throws HILLOCK_OPTION unless `units` is a whole
 * number from 1, for an unknown option, and for an initializer that there is not.
 */
export function dense(units: number, options: DenseOptions = {}): Dense {
  const bias: Check = (value) => (typeof value === 'boolean' ? undefined : isInitializer(value))
  checkOptions('dense', options, { weight: isInitializer, bias })
  const { weight = 'torchLinear', bias: given = true } = options
  return checkConnection('dense', {
    kind: 'dense',
    units,
    weight,
    bias: given === true ? 'torchLinear' : given === false ? null : given,
  })
}

const known = {
  kind: is.oneOf('dense'),
  units: is.whole(1),
  weight: isInitializer,
  bias: (value: unknown) => (value === null ? undefined : isInitializer(value)),
}

/** Checks a connection that may be hand-made. Throws HILLOCK_OPTION. */
export function checkConnection(where: string, connection: Dense): Dense {
  checkOptions(where, connection, known, ['kind', 'units', 'weight', 'bias'])
  return connection
}
