import type { Batch, LayerPass, Runtime } from '@hillock/core'
import type { PlasticLayer } from './plastic-layer.ts'

/** Keeps how often neurons fired in the presentations of a batch, so that activity is counted as after any other forward pass. */
export interface Activity {
  /** Notes what the layers did in presentation `b`. */
  note(b: number): void
  /** Puts it on the backend: means over time. */
  write(): void
}

export function activity(runtime: Runtime, batch: Batch, layers: readonly PlasticLayer[]): Activity {
  const competing = layers.filter(({ competition }) => competition !== undefined)
  const counted = competing.map(({ layer }) => new Float32Array(batch.size * layer.size))
  return {
    note(b) {
      for (const [l, { layer, counts }] of competing.entries()) counted[l]!.set(counts.counts, b * layer.size)
    },
    write() {
      let { input } = batch
      for (const [l, { layer }] of competing.entries()) {
        const spikes = runtime.temporary([1, batch.size, layer.size])
        runtime.backend.write(
          spikes,
          counted[l]!.map((count) => count / batch.steps),
        )
        const pass: LayerPass = { layer, batch, input, currents: {}, spikes, needed: undefined, kept: {} }
        runtime.passes.push(pass)
        input = spikes
      }
    },
  }
}
