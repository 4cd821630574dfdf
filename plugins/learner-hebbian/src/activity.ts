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
  const means = competing.map(({ layer }) => new Float32Array(batch.size * layer.size))
  return {
    note(b) {
      competing.forEach(({ layer, counts: { counts, fired, length } }, l) => {
        for (let i = 0; i < length; i++) means[l]![b * layer.size + fired[i]!] = counts[fired[i]!]! / batch.steps
      })
    },
    write() {
      let { input } = batch
      competing.forEach(({ layer }, l) => {
        const spikes = runtime.temporary([1, batch.size, layer.size])
        runtime.backend.write(spikes, means[l]!)
        const pass: LayerPass = { layer, batch, input, currents: {}, spikes, needed: undefined, kept: {} }
        runtime.passes.push(pass)
        input = spikes
      })
    },
  }
}
