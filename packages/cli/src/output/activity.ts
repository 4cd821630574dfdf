import type { EpochReport, Network } from '@hillock/core'
import { grouped } from './table.ts'

/** What the densities of input and layers are densities of. */
export function activityNames(network: Network, binaryInput: boolean): string[] {
  const describe = (name: string, binary: boolean) => `${binary ? 'spikes per step' : 'mean output'}, ${name}`
  const layers = network.layers.map(({ name, neuron }) => describe(`${name} (${neuron.name})`, neuron.binary))
  return [describe('input', binaryInput), ...layers]
}

/** What an epoch reports besides loss and accuracy, in rows: densities by their names, synaptic operations, and what the learner measured, also of each layer. */
export function activityRows(
  { density, synapticOperations, metrics = {}, layers = {} }: EpochReport,
  names: readonly string[],
): (readonly [string, string])[] {
  const measured = [['', metrics] as const, ...Object.entries(layers)]
  return [
    ...density.map((value, i) => [names[i]!, value.toFixed(4)] as const),
    ...measured.flatMap(([layer, values]) =>
      Object.entries(values).map(([name, value]) => [`${layer} ${name}`.trimStart(), value.toFixed(4)] as const),
    ),
    ['synaptic operations per sample', grouped(synapticOperations)],
  ]
}
