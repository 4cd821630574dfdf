import {
  HillockError,
  type Images,
  type Layer,
  type Network,
  network,
  neuron,
  neurons,
  type Session,
  type Snapshot,
} from '@hillock/core'
import { type Connection, oneToOne } from '@hillock/core/connections'
import { type Input, lastingOf, type Population, type Source } from '@hillock/core/network'
import { checkOptions, is } from '@hillock/core/options'
import { levelOf } from './levels.ts'

/** Options of `convert`. */
export interface ConvertOptions {
  /** Percentage of a layer's values that its firing rates can represent; larger values are clipped. Default: 99.9. */
  readonly percentile?: number
  /** Initial membrane, as a part of the threshold: 0.5 rounds rates to the nearest, 0 rounds down. Default: 0.5. */
  readonly start?: number
  /** Number of examples that go through the network at once. Default: 100, or all if there are fewer. */
  readonly batchSize?: number
}

/** A spiking network made from an ordinary one. */
export interface Converted {
  /** The same layers, of neurons that integrate and fire. */
  readonly network: Network
  /** Its weights, by name. */
  readonly snapshot: Snapshot
  /** For each layer, the value that a neuron represents if it fires at every step. */
  readonly levels: readonly number[]
}

/** Fires when what it has summed passes 1, and loses 1. */
const converted = neuron({
  name: 'converted',
  params: { start: 0.5 },
  bounds: { start: [0, 1] },
  state: { v: 'start' },
  equations: `
    pre = v + input
    spike = heaviside(pre - 1)
    v = pre - detach(spike)`,
})
const isRelu = ({ neuron: { definition } }: Layer): boolean =>
  /^\s*spike = (relu\(input\)|max\(input, 0\)|max\(0, input\))\s*$/.test(definition.equations)
const isLinear = ({ neuron: { definition } }: Layer): boolean => definition.equations.trim() === 'spike = input'

/**
 * A network of `relu` neurons, trained on values that do not move, as a spiking one: firing rates stand for values. Weights are scaled so that the
 * percentile of each layer's values, over the images, is a rate of one spike a step (Rueckauer et al. 2017); neurons lose a threshold when they
 * fire, so that nothing of a value is lost but what is over at the end; membranes start at half a threshold (Bu et al. 2022). The last layer is
 * `linear`, and stays so: it adds up. Run the result with the encoder `constant()` and as many steps as the rates are to be exact to.
 *
 * Throws HILLOCK_UNSUPPORTED, naming the layer, if it has other neurons, a max pool or batch norm; HILLOCK_RANGE if the percentile of a layer's
 * values is 0; HILLOCK_OPTION if an option is unknown or its value is not allowed.
 */
export async function convert(session: Session, images: Images, options: ConvertOptions = {}): Promise<Converted> {
  checkArguments(session, images, options)
  const { percentile = 99.9, start = 0.5, batchSize = 100 } = options
  const { layers, shape } = session.network
  layers.forEach(checkLayer)
  const levels = await levelsOf(session, images, percentile, batchSize)
  const before = await session.snapshot()
  const values = new Map<string, Float32Array>()
  const scaled = (name: string | undefined, by: number) => {
    if (name !== undefined) values.set(name, before.get(name)!.values.map((value) => value * by) as Float32Array)
  }
  const made = network(shape, (input) => {
    const populations: Population[] = []
    for (const layer of layers) {
      const sources = layer.sources.map((source) => sourceOf(layer, source, input, populations))
      populations.push(neurons(isLinear(layer) ? layer.neuron : converted({ start }), ...sources, { name: layer.name }))
    }
    return populations.at(-1)!
  })

  function sourceOf(layer: Layer, { from, parts }: Source, input: Input, populations: readonly Population[]) {
    const own = levels[layer.index]!
    const given = from === 'input' ? 1 : levels[from]!
    const kept = parts.filter(({ link }) => link.dropped === undefined)
    const learning = kept.filter(({ weight }) => weight !== undefined)
    // The first takes what comes in to values, the last takes values to rates.
    for (const { weight, bias } of learning) {
      const [first, last] = [weight === learning[0]!.weight, weight === learning.at(-1)!.weight]
      scaled(weight, (first ? given : 1) / (last ? own : 1))
      scaled(bias, 1 / (last ? own : 1))
    }
    const connections: Connection[] = kept.map(({ connection }) => connection)
    if (learning.length === 0) connections.push(oneToOne({ weight: { constant: given / own } }))
    return [...connections, from === 'input' ? input : populations[from]!] as const
  }

  const snapshot = new Map(
    made.layers
      .flatMap(lastingOf)
      .map(({ name, shape: wanted, initial }) => [name, { shape: wanted, values: values.get(name) ?? initial(0) }]),
  )
  return { network: made, snapshot, levels }
}

/** For each layer the percentile of its values; 1 for a linear one. */
async function levelsOf(
  session: Session,
  { images, count, features }: Images,
  percentile: number,
  batchSize: number,
): Promise<number[]> {
  const { layers } = session.network
  const seen = layers.map((): Float32Array[] => [])
  for (let from = 0; from < count; from += batchSize) {
    const size = Math.min(batchSize, count - from)
    const batch = { images: images.subarray(from * features, (from + size) * features), count: size, features }
    await session.observe(batch, async (passes, backend) => {
      for (const { layer, spikes } of passes)
        if (!isLinear(layer)) seen[layer.index]!.push(Float32Array.from(await backend.read(spikes)))
    })
  }
  return layers.map((layer, i) => {
    if (isLinear(layer)) return 1
    const level = levelOf(seen[i]!, percentile)
    if (level > 0) return level
    const hint = 'give more images, or a greater percentile; or train it further'
    throw new HillockError('HILLOCK_RANGE', `${layer.name}: ${percentile} % of its values are 0`, { hint })
  })
}

function checkLayer(layer: Layer): void {
  const { name, neuron: own, sources } = layer
  const fail = (found: string, hint: string): never => {
    throw new HillockError('HILLOCK_UNSUPPORTED', `convert: ${name} ${found}`, { hint })
  }
  if (!isRelu(layer) && !isLinear(layer))
    fail(`is of ${own.name}`, 'relu() neurons become spiking ones; linear() stays')
  for (const { connection, link } of sources.flatMap(({ parts }) => parts)) {
    if (link.largest) fail(`has a ${connection.kind}`, 'train it with avgPool: rates have no largest')
    if (link.normalized) fail('has batchNorm', 'train it without, or fold it into the weights')
    if (link.quantized) fail('has quantized weights', 'train it without: they are scaled')
    if (connection.shared) fail('shares weights', 'give each layer its own: they are scaled')
  }
}

function checkArguments(session: Session, images: Images, options: ConvertOptions): void {
  const problem =
    is.made('a session: createSession(...)', 'network', 'observe', 'snapshot')(session) ??
    (ArrayBuffer.isView(images?.images) ? undefined : 'give { images, count, features }, such as data.train')
  if (problem !== undefined)
    throw new HillockError('HILLOCK_OPTION', 'convert needs a session and images', { hint: problem })
  checkOptions('convert', options, { percentile: is.number(0, 100), start: is.number(0, 1), batchSize: is.whole(1) })
}
