import type { Connection, Quantized } from '../connections/connection.ts'
import { assembled, type Neuron, type Recurrence } from '../neuron.ts'
import { type Check, checkOptions, checkValue, is } from '../options.ts'

const isPowerOfTwo: Check = (value) =>
  is.above(0)(value) ??
  (Number.isInteger(Math.log2(value as number)) ? undefined : 'give a power of two, such as 2 ** -6')

/**
 * Weights of a connection, states of neurons, or recurrent weights of neurons that are recurrent already, of few bits: whole multiples of `step`, from -(2^(bits - 1) - 1) to 2^(bits - 1) - 1 of them, the nearest
 * one; what is larger is cut. Networks learn through it as if it were not there (straight-through: Bengio, Leonard and Courville 2013): weights and biases
 * are kept as they are learnt, and quantized wherever they are used; states at the end of each step.
 *
 * With inputs that are whole multiples of a power of two too, currents are exact as long as they have 24 bits, whatever the order of their sums, so that
 * every device gives the same spikes. States and recurrent weights: `quantized(recurrent(quantized(lif(), ofStates)), ofWeights)`.
 *
 * Throws HILLOCK_OPTION unless `bits` is 2 to 16 and `step` a power of two, and for what is neither a connection with weights nor neurons with states.
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
  const { kind, connect, weight, definition, recurrence } = Object(part) as Partial<Connection & Neuron>
  if (typeof kind === 'string' && typeof connect === 'function')
    return weight === null ? 'give a connection that has weights, such as dense(128)' : undefined
  if (!definition) return 'give dense(128), or lif()'
  if (recurrence) return recurrence.quantized && 'quantize its weights once'
  return Object.keys(definition.state).length > 0 ? undefined : 'give neurons that have states, such as lif()'
}

const ofWeights = (connection: Connection, quantized: Quantized): Connection => ({
  ...connection,
  text: `${connection.text ?? connection.kind}, ${quantized.bits} bits`,
  connect: (from) => ({ ...connection.connect(from), quantized }),
})

function ofStates(neuron: Neuron, quantized: Quantized): Neuron {
  const { definition, recurrence } = neuron
  if (recurrence) return ofRecurrence(neuron, recurrence, quantized)
  const { name, equations, state } = definition
  const lines = Object.keys(state).map((one) => `${one} = ${nearest(one, quantized)}`)
  return again(neuron, { name: `quantized ${name}`, equations: [equations, ...lines].join('\n') })
}

/** A matrix is quantized wherever it is used, weights to neurons themselves in the first of their equations, which `recurrent` wrote. */
function ofRecurrence(neuron: Neuron, recurrence: Recurrence, quantized: Quantized): Neuron {
  const rounded = `(${nearest('recurrent', quantized)}) *`
  const made = again(neuron, { equations: neuron.definition.equations.replace('recurrent *', rounded) })
  return { ...made, recurrence: { ...recurrence, quantized } }
}

/** The nearest multiple of the step; its derivative is 1. */
function nearest(name: string, quantized: Quantized): string {
  const { step } = quantized
  const limit = limitOf(quantized)
  return `${name} + detach(min(max(floor(${name} * ${1 / step} + 0.5), -${limit}), ${limit}) * ${step} - ${name})`
}

const again = ({ definition, params, learn }: Neuron, changed: Partial<Neuron['definition']>): Neuron =>
  assembled({ ...definition, ...changed }, params, learn)
