import { HillockError } from './errors.ts'
import type { Initializer } from './initializers.ts'

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

/** A dense connection to `units` neurons; weights and biases start as in torch.nn.Linear. Errors: HILLOCK_OPTION for units below 1. */
export function dense(units: number, { weight = 'torchLinear', bias = true }: DenseOptions = {}): Dense {
  if (!Number.isSafeInteger(units) || units < 1) {
    throw new HillockError('HILLOCK_OPTION', `dense has ${units} units`, { hint: 'give a whole number from 1' })
  }
  return { kind: 'dense', units, weight, bias: bias === true ? 'torchLinear' : bias === false ? null : bias }
}
