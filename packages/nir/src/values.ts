import type { Network, Neuron, Snapshot } from '@hillock/core'
import type { Connection } from '@hillock/core/connections'
import { lastingOf } from '@hillock/core/network'
import type { Made } from './nodes.ts'

/** Values of a connection or of a recurrence, to be found again in the network that was made of it. */
export type Brought = ReadonlyMap<Connection | Neuron, Pick<Made, 'weight' | 'bias'>>

/** The values that nodes brought, by the names and in the shapes of the network made of them. */
export function valuesOf(network: Network, brought: Brought): Snapshot {
  const values = new Map<string, ArrayLike<number>>()
  for (const { name, neuron, sources } of network.layers) {
    for (const { connection, weight, bias } of sources.flatMap(({ parts }) => parts)) {
      const own = brought.get(connection)
      if (weight !== undefined && own?.weight !== undefined) values.set(weight, own.weight)
      if (bias !== undefined && own?.bias !== undefined) values.set(bias, own.bias)
    }
    const back = [...brought].find(([key]) => 'kernels' in key && key.kernels === neuron.kernels)
    if (back?.[1].weight !== undefined) values.set(`${name}.recurrent`, back[1].weight)
  }
  return new Map(
    network.layers
      .flatMap(lastingOf)
      .map(({ name, shape }) => [name, { shape, values: Float32Array.from(values.get(name)!) }]),
  )
}
