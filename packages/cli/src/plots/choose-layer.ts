import { HillockError, type Layer, type Network } from '@hillock/core'
import { choices } from '@hillock/core/errors'

/** A layer by its name or its number. Default: the first. Throws HILLOCK_USAGE if there is no such layer. */
export function chooseLayer({ layers }: Network, name = layers[0]!.name): Layer {
  const names = layers.map((layer) => layer.name)
  const found = layers.find((layer) => layer.name === name || String(layer.index + 1) === name)
  if (found !== undefined) return found
  throw new HillockError('HILLOCK_USAGE', `there is no layer '${name}'`, { hint: choices(name, names) })
}

/** Throws HILLOCK_USAGE if the layer does not have one of the neurons. */
export function chooseNeurons(
  { name, size }: Pick<Layer, 'name' | 'size'>,
  neurons: readonly number[],
  what = 'neuron',
): readonly number[] {
  const wrong = neurons.find((neuron) => neuron >= size)
  if (wrong === undefined) return neurons
  throw new HillockError('HILLOCK_USAGE', `${name} has no ${what} ${wrong}`, { hint: `it has ${size}, from 0` })
}
