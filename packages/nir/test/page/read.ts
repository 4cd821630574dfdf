import { dense, lif, sequential } from '@hillock/core'
import { parametersOf } from '@hillock/core/network'
import { readNir, writeNir } from '@hillock/nir'

/** Writes a network and reads it back: the file, and what stands in it. */
function roundTrip() {
  const network = sequential(3, [dense(2), lif()])
  const snapshot = new Map(
    network.layers
      .flatMap(parametersOf)
      .map(({ name, shape, initial }) => [name, { shape, values: initial(1) }] as const),
  )
  const { bytes, options } = writeNir(network, snapshot, { dt: 1e-3, timeUnit: 's', method: 'exact' })
  const found = readNir(bytes, options)
  const values = [...found.snapshot].map(([name, { values }]) => [name, ...values] as const)
  return { bytes: [...bytes], params: found.network.layers[0]!.neuron.params, values }
}

export type RoundTrip = ReturnType<typeof roundTrip>
Object.assign(globalThis, { roundTrip })
