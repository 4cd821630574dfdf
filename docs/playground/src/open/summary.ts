import type { Layer, Network, SavedTensor } from '@hillock/core'
import type { OpenLayer, OpenTensor } from './messages.ts'

const bins = 24

/** A tensor in figures. */
export function tensorOf(name: string, { shape, values }: SavedTensor): OpenTensor {
  let [least, most, sum] = [Infinity, -Infinity, 0]
  for (const value of values) {
    least = Math.min(least, value)
    most = Math.max(most, value)
    sum += value
  }
  const mean = sum / values.length
  const counts = new Array<number>(bins).fill(0)
  let squares = 0
  for (const value of values) {
    squares += (value - mean) ** 2
    const bin = most > least ? Math.floor(((value - least) / (most - least)) * bins) : 0
    counts[Math.min(bins - 1, bin)]! += 1
  }
  return { name, shape, least, most, mean, deviation: Math.sqrt(squares / values.length), bins: counts }
}

const paramsOf = ({ neuron }: Layer) =>
  Object.entries(neuron.params).flatMap(([name, value]) =>
    typeof value === 'number' ? `${name} ${Number(value.toPrecision(4))}` : `${name} of each`,
  )

const textOf = (kind: string, text = '', weights: readonly number[]) =>
  `${kind}${text}${weights.length > 0 ? ` [${weights.join(', ')}]` : ''}`

/** Layers with what feeds them. */
export const layersOf = ({ layers }: Network): OpenLayer[] =>
  layers.map((layer) => ({
    name: layer.name,
    neuron: [layer.neuron.name, ...paramsOf(layer)].join(', '),
    shape: layer.shape,
    sources: layer.sources.map(({ from, parts }) => {
      const origin = from === 'input' ? 'input' : layers[from]!.name
      return [
        origin,
        ...parts.map(({ connection, link }) => textOf(connection.kind, connection.text, link.weights)),
      ].join(', ')
    }),
  }))
