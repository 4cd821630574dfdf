import type { Layer } from '@hillock/core'
import { type Batch, type Counted, counted, type Runtime } from '@hillock/core/learner'
import type { PlasticLayer } from './plastic-layer.ts'

/**
 * Keeps how often neurons fired in the presentations of a batch, and the membranes that they left: NaN and infinity stay in a membrane.
 */
export interface Activity {
  /** Notes what the layers did in presentation `b`. */
  note(b: number): void
  /** Puts it on the backend: what the input and each layer gave out. */
  write(): readonly Counted[]
}

export function activity(runtime: Runtime, batch: Batch, layers: readonly PlasticLayer[]): Activity {
  const competing = layers.filter(({ competition }) => competition !== undefined)
  const room = () => competing.map(({ layer }) => new Float32Array(batch.size * layer.size))
  const [counts, left] = [room(), room()]
  const put = (layer: Layer, values: Float32Array) => {
    const tensor = runtime.temporary([1, batch.size, layer.size])
    runtime.backend.write(tensor, values)
    return tensor
  }
  return {
    note(b) {
      for (const [l, { layer, counts: own, membranes }] of competing.entries()) {
        counts[l]!.set(own.counts, b * layer.size)
        left[l]!.set(membranes, b * layer.size)
      }
    },
    write() {
      const given = counted(runtime, batch.input, batch.steps * batch.size * batch.input.shape[2]!)
      const fired = competing.map(({ layer }, l) => {
        runtime.watch(put(layer, left[l]!), `membranes of ${layer.name} (${layer.neuron.name}) are not finite`)
        return counted(runtime, put(layer, counts[l]!), batch.steps * batch.size * layer.size)
      })
      return [given, ...fired]
    },
  }
}
