import type { Connection, Shape } from '../connections/connection.ts'
import { identity } from '../connections/each.ts'
import { isInitializer } from '../initializers.ts'
import type { Neuron } from '../neuron.ts'
import { type Check, checkValue, didYouMean, is } from '../options.ts'
import { optionError, shapeError } from '../refusals.ts'
import { sizeOf } from '../shape.ts'
import { show } from '../show.ts'
import { checkPairs } from '../wiring.ts'
import {
  checkLayer,
  drawsOf,
  isProduct,
  type Layer,
  type Network,
  parametersOf,
  type Source,
  type SourcePart,
} from './layer.ts'
import { table } from './table.ts'

/** Connections behind each other, and the index of the layer that they come from. */
export interface PlannedSource {
  readonly from: number | 'input'
  /** Default: each of the neurons' currents, by connections of its own. */
  readonly current?: string | undefined
  readonly connections: readonly Connection[]
}

/** Neurons, and what drives them: layers that come before. */
export interface PlannedLayer {
  readonly name: string
  readonly neuron: Neuron
  readonly sources: readonly PlannedSource[]
}

/** Works out shapes, names and places of layers in their order. Throws HILLOCK_SHAPE or HILLOCK_OPTION if something does not fit. */
export function build(shape: Shape, planned: readonly PlannedLayer[]): Network {
  const layers: Layer[] = []
  const shared: Shared = new Map()
  let place = 0
  for (const [index, { name, neuron, sources }] of planned.entries()) {
    const shapeOf = (from: number | 'input') => (from === 'input' ? shape : layers[from]!.shape)
    const origin = (from: number | 'input') => (from === 'input' ? 'input' : planned[from]!.name)
    const { inputs } = neuron.definition
    checkCurrents(name, neuron, sources)
    const made = sources.flatMap(({ from, current, connections }, i) =>
      (current === undefined ? inputs : [current]).map((own): Source => {
        const before = sources.slice(0, i).filter((other) => other.from === from).length
        const again = before === 0 ? '' : `.${before + 1}`
        const prefix = sources.length === 1 ? name : `${name}.${origin(from)}${again}`
        const suffix = inputs.length === 1 ? '' : `.${own}`
        return {
          from,
          current: own,
          parts: connect(shapeOf(from), connections, { prefix, suffix, alone: sources.length === 1, shared }),
        }
      }),
    )
    const shapes = made.map(({ parts }) => parts.at(-1)!.link.to)
    const other = shapes.find((to) => String(to) !== String(shapes[0]))
    if (other !== undefined) {
      const hint = 'let all that comes into a layer have one shape'
      throw shapeError(`${name} is given ${show(shapes[0])} and ${show(other)}`, hint)
    }
    const size = sizeOf(shapes[0]!)
    // A layer has 16 places, and those that follow where it draws more.
    const own = Math.max(place, 16 * index)
    const layer: Layer = {
      name,
      index,
      inputs: sizeOf(shapeOf(made[0]!.from)),
      shape: shapes[0]!,
      size,
      sources: made,
      neuron: sized(neuron, size),
      place: own,
      draws: drawsOf(name, neuron, own),
    }
    checkLayer(layer)
    place = own + layer.draws
    layers.push(layer)
  }
  const tables = new Set(
    layers.flatMap(({ sources }) => sources.flatMap(({ parts }) => parts.flatMap(({ link }) => link.wiring ?? []))),
  )
  checkPairs(
    'the network',
    [...tables].reduce((sum, { site }) => sum + site.length, 0),
  )
  const learnt = new Map(layers.flatMap(parametersOf).map(({ name, shape }) => [name, sizeOf(shape)]))
  const parameters = [...learnt.values()].reduce((total, count) => total + count, 0)
  return { inputs: sizeOf(shape), shape, layers, parameters, toString: () => table(shape, layers, parameters) }
}

/** Throws HILLOCK_OPTION unless sources feed the currents that there are, and all of them. */
function checkCurrents(
  layer: string,
  { name, definition: { inputs } }: Neuron,
  sources: readonly PlannedSource[],
): void {
  const fed = sources.flatMap(({ current }) => current ?? inputs)
  const unknown = fed.find((current) => !inputs.includes(current))
  const idle = inputs.find((current) => !fed.includes(current))
  if (unknown === undefined && idle === undefined) return
  const found = unknown === undefined ? `nothing feeds '${idle}'` : `there is no current '${unknown}'`
  const hint =
    unknown === undefined
      ? `give it a source: { current: '${idle}' }`
      : didYouMean(unknown, inputs, `there is ${inputs.join(', ')}`)
  throw optionError(`${layer} (${name}): ${found}`, hint)
}

/** Neurons that reach themselves alone have a weight each. */
function sized(neuron: Neuron, size: number): Neuron {
  if (neuron.recurrence?.to !== 'itself' || typeof neuron.params.recurrent !== 'number') return neuron
  return { ...neuron, params: { ...neuron.params, recurrent: new Array<number>(size).fill(neuron.params.recurrent) } }
}

/** Where shared connections stand first. */
type Shared = Map<object, SourcePart>

interface Place {
  /** What weights are named after, and what their names end with. */
  readonly prefix: string
  readonly suffix: string
  /** Whether the layer has no other source. */
  readonly alone: boolean
  readonly shared: Shared
}

/** Connections behind each other from a shape on. What only makes another shape is nothing to compute, but something has to be. */
function connect(from: Shape, connections: readonly Connection[], place: Place): SourcePart[] {
  const { prefix, suffix, alone, shared } = place
  let shape = from
  const made = connections.map((connection) => {
    const link = connection.connect(shape)
    shape = link.to
    return { connection, link }
  })
  const norms = made.filter(({ link }) => link.normalized)
  const learning = made.filter(
    ({ connection: { weight, bias }, link }) => !link.normalized && (weight !== null || bias !== null),
  )
  const parts = made.map((one): SourcePart => {
    const { connection, link } = one
    const own = link.normalized
      ? `${prefix}.norm${norms.length < 2 ? '' : norms.indexOf(one) + 1}`
      : learning.length < 2
        ? prefix
        : `${prefix}.${learning.indexOf(one)}`
    const named = (what: string) => `${own}.${what}${suffix}`
    const part: SourcePart = {
      connection,
      link,
      weight: connection.weight === null ? undefined : named('weight'),
      bias: connection.bias === null ? undefined : named('bias'),
      ...(link.normalized && { statistics: { mean: named('mean'), variance: named('variance') } }),
    }
    if (connection.shared === undefined) return part
    const first = shared.get(connection.shared) ?? part
    shared.set(connection.shared, first)
    const [wanted, found] = [first, part].map((one) => String([one.link.weights, one.link.to.at(-1)]))
    if (wanted === found) return { ...first, connection, link }
    const hint = 'share it between layers of one size'
    throw shapeError(`${prefix}: shared weights are ${show(link.weights)}, not ${show(first.link.weights)}`, hint)
  })
  const computed = parts.filter(({ link }) => link.weights.length > 0 || link.largest || link.dropped)
  // Sums are taken by products.
  if (computed.length > 0 && (alone || isProduct(computed.at(-1)!.link))) return computed
  return [...computed, ...connect(shape, [identity()], place)]
}

/** The shape of an input: a number, or [height, width, channels]. Throws HILLOCK_SHAPE if it is something else. */
export function inputShape(where: string, given: number | Shape): Shape {
  const shape = Array.isArray(given) ? (given as Shape) : [given as number]
  if (shape.length > 0 && shape.every((n) => Number.isSafeInteger(n) && n > 0)) return shape
  const hint = 'give a whole number from 1, or a list of them, channels last'
  throw shapeError(`${where} of ${show(given)} inputs`, hint)
}

export const isConnection = (part: Connection | Neuron): part is Connection => 'kind' in part

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
const isStart: Check = (value) => (value === null ? undefined : isInitializer(value))

/** Throws HILLOCK_OPTION unless it is a connection or neurons; a connection may be hand-made. */
export function checkPart(where: string, name: string, part: Connection | Neuron): void {
  checkValue(where, name, part, isPart)
  if (!isConnection(part)) return
  for (const [member, check] of [
    ['kind', is.text],
    ['weight', isStart],
    ['bias', isStart],
    ['connect', is.callable],
  ] as const)
    checkValue(`${where}: ${name}`, member, part[member], check)
}
