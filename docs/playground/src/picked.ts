import type { ObservedLayer } from '@hillock/analysis'
import type { Layer, Network, Snapshot } from '@hillock/core'

/** One neuron of a layer. */
export interface Pick {
  readonly layer: string
  readonly neuron: number
}

/** What one neuron did with an example. */
export interface Picked extends Pick {
  /** Its states by name, [T]. */
  readonly states: Readonly<Record<string, Float32Array>>
  readonly spikes: Float32Array
  /** Undefined where it has none that is one number. */
  readonly threshold: number | undefined
  /** [inputs]: how much each input drives it, through the weights of all layers in between; undefined where those are not dense. */
  readonly field: Float32Array | undefined
}

/** `layer1.5` as a neuron, undefined for what is none. */
export function pickOf(text: string): Pick | undefined {
  const [, layer, neuron] = /^([\w-]+)\.(\d{1,6})$/.exec(text) ?? []
  return layer === undefined ? undefined : { layer, neuron: Number(neuron) }
}

/** How much each input drives a neuron: a product of the matrices from it down to the input, without what neurons do in between. */
export function fieldOf(
  network: Network,
  weights: Snapshot,
  { index }: Layer,
  neuron: number,
): Float32Array | undefined {
  let field: Float32Array | undefined
  for (let from: number | 'input' = index; from !== 'input'; ) {
    const { sources } = network.layers[from]! as Layer
    const [source, second] = sources
    const [part, more] = source?.parts ?? []
    const dense = part?.link.weights.length === 2 && !part.link.wiring && part.weight !== undefined
    if (!source || !part || second || more || !dense) return undefined
    const [inputs, units] = part.link.weights as [number, number]
    const { values } = weights.get(part.weight!)!
    const above = field
    field = Float32Array.from({ length: inputs }, (_, i) => {
      if (above === undefined) return values[i * units + neuron]!
      let sum = 0
      for (let j = 0; j < units; j++) sum += values[i * units + j]! * above[j]!
      return sum
    })
    from = source.from
  }
  return field
}

/** What a neuron did, of all that was observed; undefined where the network has no such neuron. */
export function pickedOf(
  layers: readonly ObservedLayer[],
  { layer, neuron }: Pick,
  network: Network,
  weights: Snapshot,
): Picked | undefined {
  const found = layers.find((each) => each.layer.name === layer)
  if (!found || neuron >= found.layer.size) return undefined
  const own = ({ size, values }: ObservedLayer['output']) => values.filter((_, i) => i % size === neuron)
  const { threshold } = found.layer.neuron.params
  return {
    layer,
    neuron,
    states: Object.fromEntries(Object.entries(found.kept).map(([name, values]) => [name, own(values)])),
    spikes: own(found.output),
    threshold: typeof threshold === 'number' ? threshold : threshold?.[neuron],
    field: fieldOf(network, weights, found.layer, neuron),
  }
}
