import type { ExampleSource, Examples, Layer, Session, Targeted } from '@hillock/core'

/** Values over time: [T, N]. */
export interface OverTime {
  /** Number of values in a step. */
  readonly size: number
  /** The values, [steps, size]. */
  readonly values: Float32Array
}

/** What one layer did with one example. */
export interface ObservedLayer {
  /** The layer. */
  readonly layer: Layer
  /** Its output, [steps, neurons]. */
  readonly output: OverTime
  /** Its currents, by name. */
  readonly currents: Readonly<Record<string, OverTime>>
  /** States and records, by name. */
  readonly kept: Readonly<Record<string, OverTime>>
}

/** What a network did with one example, step by step. */
export interface Observed {
  /** The input, [steps, inputs]. */
  readonly input: OverTime
  /** What each layer did, in the order of the network. */
  readonly layers: readonly ObservedLayer[]
}

/** Runs one example, and returns what the network did, step by step. */
export function observeExample(
  session: Session,
  example: Examples | Targeted | ExampleSource,
  steps: number,
): Promise<Observed> {
  return session.observe(example, async (passes, backend) => {
    const overTime = async (tensor: Parameters<typeof backend.read>[0], size: number): Promise<OverTime> => {
      const values = await backend.read(tensor)
      // a constant current is one row for all steps
      return { size, values: Float32Array.from({ length: steps * size }, (_, i) => values[i % values.length]!) }
    }
    const named = async (tensors: (typeof passes)[number]['kept'], size: number) => {
      const entries = Object.entries(tensors).map(async ([name, tensor]) => {
        return [name.replace(/^(state|record):/, ''), await overTime(tensor, size)] as const
      })
      return Object.fromEntries(await Promise.all(entries))
    }
    const layers = passes.map(async ({ layer, spikes, currents, kept }) => ({
      layer,
      output: await overTime(spikes, layer.size),
      currents: await named(currents, layer.size),
      kept: await named(kept, layer.size),
    }))
    const input = await overTime(passes[0]!.input, session.network.inputs)
    return { input, layers: await Promise.all(layers) }
  })
}
