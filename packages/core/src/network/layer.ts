import type { Connection, Link, Shape } from '../connections/connection.ts'
import { keepWithin } from '../equations/bounds.ts'
import { placesOf } from '../equations/draws.ts'
import { initialize } from '../initializers.ts'
import type { Model } from '../model.ts'
import type { Neuron } from '../neuron.ts'
import { generator, places, stream } from '../random/index.ts'
import { optionError, shapeError, unsupportedError } from '../refusals.ts'
import { sizeOf } from '../shape.ts'

/** A connection at its place in a network. */
export interface SourcePart {
  /** What was written. */
  readonly connection: Connection
  /** What it makes of the shape before it. */
  readonly link: Link
  /** Name of its weights; undefined where it learns none. */
  readonly weight: string | undefined
  /** Name of its biases; undefined where it learns none. */
  readonly bias: string | undefined
  /** Names of the running statistics of one that normalizes. */
  readonly statistics?: { readonly mean: string; readonly variance: string }
}

/** What makes a current, or a part of it: connections, one behind the other, and the layer that they come from. */
export interface Source {
  /** The index of a layer, or the network's input. */
  readonly from: number | 'input'
  /** The current of the neurons that it adds to. */
  readonly current: string
  /** Its connections, from the layer on. */
  readonly parts: readonly SourcePart[]
}

/** Neurons, and what drives them. */
export interface Layer {
  /** 'layer1', 'layer2', ... from the input on; weights are named after it. */
  readonly name: string
  /** Its place among the layers, from 0. */
  readonly index: number
  /** How many values come in by its first source. */
  readonly inputs: number
  /** The shape of its neurons, channels last. */
  readonly shape: Shape
  /** How many neurons it has. */
  readonly size: number
  /** What drives it; what comes from several sources adds up. */
  readonly sources: readonly Source[]
  /** The equations that its neurons follow. */
  readonly neuron: Neuron
  /** The place of the first random number that its neurons draw in a step; no other layer draws at theirs. */
  readonly place: number
  /** How many a neuron draws in a step. */
  readonly draws: number
}

/** Layers and what connects them: what `sequential` and `network` make. */
export interface Network {
  /** How many values come in at each step. */
  readonly inputs: number
  /** The shape of the input, channels last. */
  readonly shape: Shape
  /** Its layers, each after those that drive it. The last one is the output. */
  readonly layers: readonly Layer[]
  /** Number of weights, biases and learnable neuron parameters. */
  readonly parameters: number
  /** A table of the layers. */
  toString(): string
}

/** A trainable array: its name, its shape and how it starts. */
export interface Parameter {
  /** What snapshots and files call it, such as 'layer1.weight'. */
  readonly name: string
  /** [rows, columns] of weights, [N] of biases, [] of one number. */
  readonly shape: readonly number[]
  /** Gives the values that it starts with, row-major, by a seed. */
  readonly initial: (seed: number) => Float32Array
}

/** Names of a layer's weights and bias for one of the currents of its neurons, where it has a single source. */
export function weightNames(layer: Layer, input: string): { weight: string; bias: string } {
  const suffix = layer.neuron.definition.inputs.length === 1 ? '' : `.${input}`
  return { weight: `${layer.name}.weight${suffix}`, bias: `${layer.name}.bias${suffix}` }
}

/** How many biases a connection has: one for each channel, which of a list are its neurons. */
export const biasesOf = ({ to }: Link): number => to.at(-1)!

/** Whether it is a product by weights, or by a constant. */
export const isProduct = ({ weights, normalized }: Link): boolean => weights.length > 0 && !normalized

/** Everything a layer can learn, in a fixed order: weights and biases, source by source, then the neurons' own parameters. */
export function parametersOf({ name, index, size, neuron, sources }: Layer): Parameter[] {
  let drawn = 0
  /** Of shared weights the first is enough. */
  const tied = new Set<string>()
  const weights = sources
    .flatMap(({ parts }) => parts)
    .flatMap(({ connection, link, weight, bias }): Parameter[] => {
      const first = drawn
      const made: Parameter[] = []
      const add = (
        name: string | undefined,
        initializer: Connection['weight'],
        shape: readonly number[],
        part: number,
      ) => {
        if (name === undefined || initializer === null || tied.has(name)) return
        if (connection.shared) tied.add(name)
        const initial = (seed: number) =>
          initialize(initializer, link.fans, sizeOf(shape), generator(seed, stream.weights, index, first + part))
        made.push({ name, shape, initial })
      }
      add(weight, connection.weight, link.weights, 0)
      add(bias, connection.bias, link.normalized ? link.weights : [biasesOf(link)], 1)
      if (made.length > 0) drawn += 2
      return made
    })
  const { recurrence, definition } = neuron
  const draw = (seed: number) => generator(seed, stream.weights, index, drawn)
  const matrices = (definition.matrices ?? []).map((matrix): Parameter => {
    const { weight = 'torchLinear', diagonal = true } = recurrence ?? {}
    const fans = { fanIn: size, fanOut: size }
    const initial = (seed: number) => {
      const values = initialize(weight, fans, size * size, draw(seed))
      if (!diagonal) for (let i = 0; i < values.length; i += size + 1) values[i] = 0
      return values
    }
    return { name: `${name}.${matrix}`, shape: [size, size], initial }
  })
  const own = neuron.learn.map((param): Parameter => {
    if (param === 'recurrent' && recurrence?.to === 'itself') {
      const initial = (seed: number) => initialize(recurrence.weight, { fanIn: 1, fanOut: 1 }, size, draw(seed))
      return { name: `${name}.${param}`, shape: [size], initial }
    }
    const value = neuron.params[param]!
    const values = typeof value === 'number' ? [value] : value
    const initial = () => {
      const start = Float32Array.from(values)
      // Rounded to f32, a value at the end of its range might be beyond.
      keepWithin(neuron.definition, param, start, neuron.params)
      return start
    }
    return { name: `${name}.${param}`, shape: [values.length], initial }
  })
  return [...weights, ...matrices, ...own]
}

/** All of a layer that lasts: what it can learn, and the running statistics of what normalizes. */
export function lastingOf(layer: Layer): Parameter[] {
  const statistics = layer.sources
    .flatMap(({ parts }) => parts)
    .flatMap(({ statistics, link: { weights: shape } }): Parameter[] => {
      if (statistics === undefined) return []
      const filled = (value: number) => () => new Float32Array(sizeOf(shape)).fill(value)
      const { mean, variance } = statistics
      return [
        { name: mean, shape, initial: filled(0) },
        { name: variance, shape, initial: filled(1) },
      ]
    })
  return [...parametersOf(layer), ...statistics]
}

/** How many numbers a layer can learn. */
export const countOf = (layer: Layer): number =>
  parametersOf(layer).reduce((total, { shape }) => total + sizeOf(shape), 0)

/** How many random numbers a neuron draws in a step. Throws HILLOCK_UNSUPPORTED if there is no place for them. */
export function drawsOf(name: string, neuron: Neuron, place: number): number {
  const draws = placesOf(neuron.kernels.compiled.step)
  if (draws === 0 || place + draws <= places) return draws
  const found = `${name}: there are ${places} random numbers in a step, ${neuron.name} would draw number ${place + draws}`
  throw unsupportedError(found, 'use fewer layers, or fewer `uniform()`')
}

/** Throws HILLOCK_SHAPE if an array does not have one value for each neuron or channel, HILLOCK_OPTION if two things that it learns have one name. */
export function checkLayer(layer: Layer): void {
  const { name, size, shape, neuron } = layer
  checkSizes(name, neuron, size, { channels: shape.at(-1)! })
  const names = parametersOf(layer).map((parameter) => parameter.name)
  const twice = names.find((own, i) => names.indexOf(own) < i)
  if (twice === undefined) return
  const hint = `rename the parameter of ${neuron.name}, or do not learn it`
  throw optionError(`${name}: two learnable things are called '${twice}'`, hint)
}

/** Throws HILLOCK_SHAPE if a parameter or the start of a state is an array, and not of one value for each neuron or channel. */
export function checkSizes(
  where: string,
  { name, definition, params }: Model & { readonly name: string },
  size: number,
  { of = 'neurons', channels = size }: { readonly of?: string; readonly channels?: number } = {},
): void {
  const arrays = { ...definition.state, ...params }
  for (const [param, value] of Object.entries(arrays)) {
    if (typeof value !== 'object' || value.length === size || value.length === channels) continue
    const found = `${where}: '${param}' of ${name} has ${value.length} values for ${size} ${of}`
    throw shapeError(
      found,
      `give one number, or ${size} of them${channels === size ? '' : `, or ${channels}, one for each channel`}`,
    )
  }
}
