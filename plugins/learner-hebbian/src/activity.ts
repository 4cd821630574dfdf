import type { Batch, Layer, LayerPass, Runtime } from '@hillock/core'
import type { PlasticLayer } from './plastic-layer.ts'

/**
 * Keeps how often neurons fired in the presentations of a batch, so that activity is counted as after any other forward pass, and the
 * membranes that they left: NaN and infinity stay in a membrane.
 */
export interface Activity {
  /** Notes what the layers did in presentation `b`. */
  note(b: number): void
  /** Puts it on the backend: means over time. */
  write(): void
}

export function activity(runtime: Runtime, batch: Batch, layers: readonly PlasticLayer[]): Activity {
  const competing = layers.filter(({ competition }) => competition !== undefined)
  const room = () => competing.map(({ layer }) => new Float32Array(batch.size * layer.size))
  const [counted, left] = [room(), room()]
  const put = (layer: Layer, values: Float32Array) => {
    const tensor = runtime.temporary([1, batch.size, layer.size])
    runtime.backend.write(tensor, values)
    return tensor
  }
  return {
    note(b) {
      for (const [l, { layer, counts, membranes }] of competing.entries()) {
        counted[l]!.set(counts.counts, b * layer.size)
        left[l]!.set(membranes, b * layer.size)
      }
    },
    write() {
      let { input } = batch
      for (const [l, { layer }] of competing.entries()) {
        const spikes = put(
          layer,
          counted[l]!.map((count) => count / batch.steps),
        )
        runtime.watch(put(layer, left[l]!), `membranes of ${layer.name} (${layer.neuron.name}) are not finite`, layer)
        const pass: LayerPass = { layer, batch, input, currents: {}, spikes, needed: undefined, kept: {} }
        runtime.passes.push(pass)
        input = spikes
      }
    },
  }
}
