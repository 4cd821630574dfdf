import type { Connection, Quantized } from '../connections/connection.ts'
import { HillockError } from '../errors.ts'
import { assembled, type Neuron } from '../neuron.ts'
import { type Check, checkOptions, checkValue, is } from '../options.ts'

const isPowerOfTwo: Check = (value) =>
  is.above(0)(value) ??
  (Number.isInteger(Math.log2(value as number)) ? undefined : 'give a power of two, such as 2 ** -6')

/**
 * Weights of a connection, or states of neurons, of few bits: whole multiples of `step`, from -(2^(bits - 1) - 1) to 2^(bits - 1) - 1 of them, the nearest
 * one; what is larger is cut. Networks learn through it as if it were not there (straight-through: Bengio, Leonard and Courville 2013): weights and biases
 * are kept as they are learnt, and quantized wherever they are used; states at the end of each step.
 *
 * With inputs that are whole multiples of a power of two too, currents are exact as long as they have 24 bits, whatever the order of their sums, so that
 * every device gives the same spikes. Recurrent weights are not quantized.
 *
 * Throws HILLOCK_OPTION unless `bits` is 2 to 16 and `step` a power of two, and for what is neither a connection with weights nor neurons with states;
 * write `recurrent(quantized(lif(), ...))`.
 */
export function quantized<P extends Connection | Neuron>(part: P, options: Quantized): P {
  checkValue('quantized', 'part', part, areParts)
  checkOptions('quantized', options, { bits: is.whole(2, 16), step: isPowerOfTwo }, ['bits', 'step'])
  const { bits, step } = options
  return (isConnection(part) ? ofWeights(part, { bits, step }) : ofStates(part as Neuron, { bits, step })) as P
}

/** The largest multiple of the step. */
export const limitOf = ({ bits }: Quantized): number => 2 ** (bits - 1) - 1

const isConnection = (part: object): part is Connection => 'connect' in part

const areParts: Check = (part) => {
  const { kind, connect, weight, definition } = Object(part) as Partial<Connection & Neuron>
  if (typeof kind === 'string' && typeof connect === 'function')
    return weight === null ? 'give a connection that has weights, such as dense(128)' : undefined
  return definition ? undefined : 'give dense(128), or lif()'
}

const ofWeights = (connection: Connection, quantized: Quantized): Connection => ({
  ...connection,
  text: `${connection.text ?? connection.kind}, ${quantized.bits} bits`,
  connect: (from) => ({ ...connection.connect(from), quantized }),
})

function ofStates({ definition, params, learn, recurrence }: Neuron, quantized: Quantized): Neuron {
  const { name, equations, state } = definition
  const names = Object.keys(state)
  if (recurrence !== undefined || names.length === 0) {
    const found = recurrence ? 'neurons that are recurrent already' : `${name}, which has no states`
    const hint = recurrence ? 'write recurrent(quantized(lif(), ...))' : 'give neurons that have, such as lif()'
    throw new HillockError('HILLOCK_OPTION', `quantized: ${found}`, { hint })
  }
  const { step } = quantized
  const limit = limitOf(quantized)
  const lines = names.map(
    (one) =>
      `${one} = ${one} + detach(min(max(floor(${one} * ${1 / step} + 0.5), -${limit}), ${limit}) * ${step} - ${one})`,
  )
  return assembled(
    { ...definition, name: `quantized ${name}`, equations: [equations, ...lines].join('\n') },
    params,
    learn,
  )
}
