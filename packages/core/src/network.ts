import { checkConnection, type Dense } from './connection.ts'
import { keepWithin } from './equations/bounds.ts'
import { placesOf } from './equations/draws.ts'
import { HillockError } from './errors.ts'
import { initialize } from './initializers.ts'
import type { Model } from './model.ts'
import type { Neuron } from './neuron.ts'
import { type Check, checkValue, is } from './options.ts'
import { generator, places, stream } from './random/index.ts'
import { show } from './show.ts'

/** A connection and the neurons it drives. */
export interface Layer {
  /** 'layer1', 'layer2', ... from the input on; weights are named after it. */
  readonly name: string
  readonly index: number
  readonly inputs: number
  readonly size: number
  readonly connection: Dense
  readonly neuron: Neuron
  /** The place of the first random number that its neurons draw in a step; no other layer draws at theirs. */
  readonly place: number
}

export interface Network {
  readonly inputs: number
  readonly layers: readonly Layer[]
  /** Number of weights, biases and learnable neuron parameters. */
  readonly parameters: number
  /** A table of the layers. */
  toString(): string
}

/** A trainable array: its name, its shape and how it starts. */
export interface Parameter {
  readonly name: string
  readonly shape: readonly number[]
  readonly initial: (seed: number) => Float32Array
}

/**
 * Layers one after another, written as in `sequential(784, [dense(128), lif(), dense(10), lif()])`.
 * Throws HILLOCK_SHAPE where connections and neurons do not alternate, or a parameter or a state has not one value for each neuron;
 * HILLOCK_OPTION for a part that is neither (a factory that was not called, a connection made by hand that lacks something), and where neurons
 * learn a parameter named as their weights are; HILLOCK_UNSUPPORTED where neurons draw more random numbers in a step than can be told apart.
 */
export function sequential(inputs: number, parts: readonly (Dense | Neuron)[]): Network {
  const hint = 'write a connection, then its neurons, and so on: [dense(128), lif(), dense(10), lif()]'
  if (!Number.isSafeInteger(inputs) || inputs < 1) {
    throw new HillockError('HILLOCK_SHAPE', `a network of ${show(inputs)} inputs`, {
      hint: 'give a whole number from 1',
    })
  }
  checkValue('sequential', 'parts', parts, (value) => (Array.isArray(value) ? undefined : hint))
  parts.forEach((part, i) => {
    checkValue('sequential', `part ${i + 1}`, part, isPart)
    if (isConnection(part)) checkConnection(`sequential: part ${i + 1}`, part)
  })
  if (parts.length === 0 || parts.length % 2 !== 0) {
    throw new HillockError('HILLOCK_SHAPE', `${parts.length} parts do not pair up to layers`, { hint })
  }
  const layers: Layer[] = []
  let place = 0
  for (let i = 0; i < parts.length; i += 2) {
    const [connection, neuron] = [parts[i]!, parts[i + 1]!]
    if (!isConnection(connection) || isConnection(neuron)) {
      const found = `part ${i + 1} and ${i + 2} are not a connection and its neurons`
      throw new HillockError('HILLOCK_SHAPE', found, { hint })
    }
    const layer = {
      name: `layer${i / 2 + 1}`,
      index: i / 2,
      inputs: layers.at(-1)?.size ?? inputs,
      size: connection.units,
      connection,
      neuron,
      // A layer has 16 places, and those that follow where it draws more.
      place: Math.max(place, 16 * (i / 2)),
    }
    checkParams(layer)
    place = layer.place + drawsOf(layer)
    layers.push(layer)
  }
  const parameters = layers
    .flatMap(parametersOf)
    .reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0)
  return { inputs, layers, parameters, toString: () => table(inputs, layers, parameters) }
}

/** How many random numbers a neuron of the layer draws in a step. Throws HILLOCK_UNSUPPORTED where there is no place for them. */
function drawsOf({ name, neuron, place }: Layer): number {
  const draws = placesOf(neuron.kernels.compiled.step)
  if (draws === 0 || place + draws <= places) return draws
  const found = `${name}: there are ${places} random numbers in a step, ${neuron.name} would draw number ${place + draws}`
  throw new HillockError('HILLOCK_UNSUPPORTED', found, { hint: 'take fewer layers, or fewer `uniform()`' })
}

const isConnection = (part: Dense | Neuron): part is Dense => 'kind' in part

const neurons = is.made(
  'a connection or neurons: dense(128), lif()',
  'name',
  'definition',
  'params',
  'learn',
  'kernels',
)
const isPart: Check = (part) =>
  typeof part === 'object' && part !== null && 'kind' in part ? undefined : neurons(part)

function checkParams(layer: Layer): void {
  const { name, size, neuron } = layer
  checkSizes(name, neuron, size)
  const names = parametersOf(layer).map((parameter) => parameter.name)
  const twice = names.find((own, i) => names.indexOf(own) < i)
  if (twice === undefined) return
  const hint = `rename the parameter of ${neuron.name}, or do not learn it`
  throw new HillockError('HILLOCK_OPTION', `${name}: two learnable things are called '${twice}'`, { hint })
}

/** Throws HILLOCK_SHAPE if a parameter or the start of a state is an array, and not of one value for each neuron. */
export function checkSizes(
  where: string,
  { name, definition, params }: Model & { readonly name: string },
  size: number,
  of = 'neurons',
): void {
  const arrays = { ...definition.state, ...params }
  for (const [param, value] of Object.entries(arrays)) {
    if (typeof value !== 'object' || value.length === size) continue
    const found = `${where}: '${param}' of ${name} has ${value.length} values for ${size} ${of}`
    throw new HillockError('HILLOCK_SHAPE', found, { hint: `give one number, or ${size} of them` })
  }
}

/** Names of a layer's weights and bias for one of the currents of its neurons. */
export function weightNames(layer: Layer, input: string): { weight: string; bias: string } {
  const suffix = layer.neuron.definition.inputs.length === 1 ? '' : `.${input}`
  return { weight: `${layer.name}.weight${suffix}`, bias: `${layer.name}.bias${suffix}` }
}

/** Everything a layer can learn, in a fixed order: weights and biases for each current, then the neurons' own parameters. */
export function parametersOf(layer: Layer): Parameter[] {
  const { connection, neuron, inputs, size, index } = layer
  const fans = { fanIn: inputs, fanOut: size }
  const weights = neuron.definition.inputs.flatMap((input, k): Parameter[] => {
    const names = weightNames(layer, input)
    const draw = (seed: number, part: number) => generator(seed, stream.weights, index, 2 * k + part)
    const weight = {
      name: names.weight,
      shape: [inputs, size],
      initial: (seed: number) => initialize(connection.weight, fans, inputs * size, draw(seed, 0)),
    }
    const { bias } = connection
    if (bias === null) return [weight]
    return [weight, { name: names.bias, shape: [size], initial: (seed) => initialize(bias, fans, size, draw(seed, 1)) }]
  })
  const own = neuron.learn.map((param): Parameter => {
    const value = neuron.params[param]!
    const values = typeof value === 'number' ? [value] : value
    const initial = () => {
      const start = Float32Array.from(values)
      // Rounded to f32, a value at the end of its range might be beyond.
      keepWithin(neuron.definition, param, start, neuron.params)
      return start
    }
    return { name: `${layer.name}.${param}`, shape: [values.length], initial }
  })
  return [...weights, ...own]
}

function table(inputs: number, layers: readonly Layer[], parameters: number): string {
  const rows = [
    ['layer', 'neurons', 'count', 'parameters'],
    ['input', '', String(inputs), ''],
    ...layers.map((layer) => {
      const count = parametersOf(layer).reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0)
      const learnt = layer.neuron.learn.length === 0 ? '' : ` (learns ${layer.neuron.learn.join(', ')})`
      return [layer.name, `${layer.neuron.name}${learnt}`, String(layer.size), String(count)]
    }),
    ['total', '', '', String(parameters)],
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('  '),
    )
    .map((line) => line.trimEnd())
    .join('\n')
}
