import type { Batch, LayerPass, Runtime } from '@hillock/core'
import type { PlasticLayer } from './plastic-layer.ts'

/** Keeps the spikes of a batch, so that activity is counted as after any other forward pass. */
export interface Recorder {
  readonly mark: (layer: PlasticLayer, row: number, neuron: number) => void
  /** Puts them on the backend, as what the layers did in this step. */
  write(): void
}

export function recorder(runtime: Runtime, batch: Batch, layers: readonly PlasticLayer[]): Recorder {
  const competing = layers.filter(({ population }) => population !== undefined)
  const rows = batch.steps * batch.size
  const spikes = competing.map(({ layer }) => new Uint8Array(rows * layer.size))
  return {
    mark({ layer }, row, neuron) {
      spikes[layer.index]![row * layer.size + neuron] = 1
    },
    write() {
      let input = batch.input
      for (const [i, { layer }] of competing.entries()) {
        const tensor = runtime.temporary([batch.steps, batch.size, layer.size], 'spikes')
        runtime.backend.write(tensor, spikes[i]!)
        const pass: LayerPass = { layer, batch, input, currents: {}, spikes: tensor, needed: undefined, kept: {} }
        runtime.passes.push(pass)
        input = tensor
      }
    },
  }
}
