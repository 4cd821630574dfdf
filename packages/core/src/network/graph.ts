import type { Connection, Shape } from '../connections/connection.ts'
import type { Neuron } from '../neuron.ts'
import { checkOptions, checkValue, is } from '../options.ts'
import { optionError, shapeError, unsupportedError } from '../refusals.ts'
import { show } from '../show.ts'
import { build, checkPart, inputShape, isConnection, type PlannedLayer, type PlannedSource } from './build.ts'
import type { Network } from './layer.ts'

/** The input of a network that is being written. */
export interface Input {
  /** Tells it from neurons. */
  readonly input: true
}

/** Neurons of a network that is being written. */
export interface Population {
  /** The equations that all of them follow. */
  readonly neuron: Neuron
  /** What drives them; what comes from several sources adds up. */
  readonly sources: readonly SourceText[]
  /** Undefined: named by its place, such as 'layer1'. */
  readonly name: string | undefined
}

/** What a source comes from; of a list each by connections of its own. */
export type From = Input | Population | readonly (Input | Population)[]

/** Options of a source, given as its last item. */
export interface SourceOptions {
  /** The current that it adds to. By default each of the neurons' currents, by connections of its own. */
  readonly current?: string
}

/** Connections, one behind the other, and what they come from: `[conv2d(16, 3), avgPool(2), input]`. */
export type SourceText = readonly [...Connection[], From] | readonly [...Connection[], From, SourceOptions]

/** Options of `neurons`. */
export interface PopulationOptions {
  /** What it is called; weights are named after it. By default 'layer1', 'layer2', ... in the order in which layers are needed. */
  readonly name?: string
}

/**
 * Neurons and what drives them: `neurons(lif(), [dense(128), input])`. What comes from several sources adds up:
 * `neurons(lif(), [conv2d(16, 3, { padding: 1 }), a], [identity(), a])` is a residual block. The last argument may be options.
 *
 * Throws HILLOCK_OPTION if a part is not what it should be, HILLOCK_SHAPE if there is no source.
 *
 * @example
 * ```ts
 * import { dense, lif, network, neurons } from '@hillock/core'
 *
 * network(784, (input) => {
 *   const hidden = neurons(lif(), [dense(100), input], { name: 'hidden' })
 *   return neurons(lif(), [dense(10), hidden], { name: 'output' })
 * })
 * ```
 */
export function neurons(
  neuron: Neuron,
  ...rest: readonly SourceText[] | readonly [...SourceText[], PopulationOptions]
): Population {
  checkPart('neurons', 'neuron', neuron)
  const last = rest.at(-1)
  const options = Array.isArray(last) || last === undefined ? {} : (last as PopulationOptions)
  checkOptions('neurons', options, { name: isName })
  const sources = rest.filter((one) => Array.isArray(one)) as readonly SourceText[]
  if (sources.length > 0) return { neuron, sources, name: options.name }
  const hint = 'say what drives them: neurons(lif(), [dense(128), input])'
  throw shapeError(`neurons: '${neuron.name}' has no source`, hint)
}

const isName = (value: unknown) =>
  typeof value === 'string' && /^[A-Za-z_]\w*$/.test(value) ? undefined : 'give a name of letters, digits and _'

/**
 * A network by its output: `write` gets the input and returns the neurons that give the output; what these come from is walked back to the
 * input. Layers may be read by several others, and may read several.
 *
 * Throws HILLOCK_SHAPE or HILLOCK_OPTION if parts do not fit, as `sequential` does; HILLOCK_UNSUPPORTED if neurons drive themselves by way
 * of others.
 *
 * @example
 * ```ts
 * import { avgPool, conv2d, dense, lif, network, neurons } from '@hillock/core'
 * import { identity } from '@hillock/core/connections'
 *
 * network([28, 28, 1], (input) => {
 *   const a = neurons(lif(), [conv2d(12, 5), avgPool(2), input])
 *   const b = neurons(lif(), [conv2d(12, 3, { padding: 1 }), a], [identity(), a])
 *   return neurons(lif(), [dense(10), b])
 * })
 * ```
 */
export function network(inputs: number | Shape, write: (input: Input) => Population): Network {
  const shape = inputShape('a network', inputs)
  checkValue('network', 'write', write, is.callable)
  const input: Input = { input: true }
  const planned: PlannedLayer[] = []
  const index = new Map<Population, number>()
  const open = new Set<Population>()
  const names = new Set<string>()

  function visit(population: Population): number {
    const known = index.get(population)
    if (known !== undefined) return known
    if (open.has(population)) {
      const hint = 'layers read layers before them; let neurons reach themselves within a layer'
      throw unsupportedError(`network: '${population.neuron.name}' drives itself through others`, hint)
    }
    open.add(population)
    const sources = population.sources.flatMap(planSource)
    open.delete(population)
    const name = population.name ?? `layer${planned.length + 1}`
    if (names.has(name)) {
      throw optionError(`network: two layers are called '${name}'`, 'rename one of them')
    }
    names.add(name)
    planned.push({ name, neuron: population.neuron, sources })
    index.set(population, planned.length - 1)
    return planned.length - 1
  }

  function planSource(text: SourceText): PlannedSource[] {
    const parts = [...text] as unknown[]
    const options = isOptions(parts.at(-1)) ? (parts.pop() as SourceOptions) : {}
    checkOptions('network: a source', options, { current: is.text })
    const from = parts.pop() as From
    const connections = parts as Connection[]
    connections.forEach((connection, i) => {
      checkPart('network: a source', `part ${i + 1}`, connection)
      if (!isConnection(connection)) {
        const hint = 'write [dense(10), from]: connections, and what they come from'
        throw optionError(`network: part ${i + 1} of a source is neurons`, hint)
      }
    })
    const { current } = options
    return (Array.isArray(from) ? from : [from]).map((one) => ({ from: originOf(one), current, connections }))
  }

  function originOf(from: Input | Population): number | 'input' {
    if (from === input) return 'input'
    if (typeof from === 'object' && from !== null && 'sources' in from) return visit(from)
    const hint = 'end it with what it comes from: [dense(10), input], or neurons that were made before'
    throw optionError(`network: a source comes from ${show(from)}`, hint)
  }

  const output = write(input)
  checkValue('network', 'what write returns', output, is.made('neurons(...)', 'neuron', 'sources'))
  visit(output)
  return build(shape, planned)
}

const isOptions = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !('input' in value) &&
  !('sources' in value) &&
  !('kind' in value)
