import type { Tensor, Values } from './backend.ts'
import type { ErrorCode } from './errors.ts'
import type { Network } from './network.ts'
import { explain } from './runtime/finite.ts'
import type { RuntimeControl } from './runtime/runtime.ts'

/** Something to know about that does not stop the work. */
export interface Warning {
  readonly code: ErrorCode
  readonly message: string
}

/** How active the input and each layer were: sums of what they gave out, and how many values that is. */
export interface Activity {
  readonly spikes: Float64Array
  readonly values: Float64Array
  samples: number
}

export const newActivity = (network: Network): Activity => ({
  spikes: new Float64Array(network.layers.length + 1),
  values: new Float64Array(network.layers.length + 1),
  samples: 0,
})

/**
 * Ends a step: counts what input and layers gave out in it, and looks at what was watched. Throws HILLOCK_NOT_FINITE if that, a graded
 * output or the loss is NaN or infinite, saying where.
 */
export async function conclude(
  runtime: RuntimeControl,
  activity: Activity,
  { loss = 0, training = false }: { readonly loss?: number; readonly training?: boolean } = {},
): Promise<void> {
  const { backend, passes, watched } = runtime
  const outputs = passes.length === 0 ? [] : [passes[0]!.input, ...passes.map(({ spikes }) => spikes)]
  const totals = [...outputs, ...watched.map(({ tensor }) => tensor)].map((tensor) => {
    const total = runtime.temporary([])
    backend.sum(tensor, total)
    return total
  })
  // Asked for together, so that a backend that queues its work answers in one go.
  const sums = await Promise.all(totals.map((total) => backend.read(total)))
  const isSound = ([sum]: Values) => Number.isFinite(sum)
  const suspects = watched.filter((_, i) => !isSound(sums[outputs.length + i]!))
  if (!(Number.isFinite(loss) && sums.every(isSound))) await explain(runtime, suspects, loss, training)
  const counts = sums.slice(0, outputs.length)
  counts.forEach(([count], i) => {
    // Where a layer gives one step for all, it is their mean.
    const times = i === 0 ? 1 : passes[0]!.batch.steps / outputs[i]!.shape[0]!
    activity.spikes[i]! += times * count!
    activity.values[i]! += times * sizeOf(outputs[i]!)
  })
  activity.samples += passes[0]?.batch.size ?? 0
}

/** Spikes for each neuron and step, of the input and each layer; of graded values their mean. */
export function density({ spikes, values }: Activity): number[] {
  return Array.from(spikes, (count, i) => (values[i] === 0 ? 0 : count / values[i]!))
}

/** Additions that events cause, for each sample: every spike reaches all neurons of the next layer; graded values count in full. */
export function synapticOperations(
  network: Network,
  binaryInput: boolean,
  { spikes, values, samples }: Activity,
): number {
  const operations = network.layers.reduce((sum, { size }, i) => {
    const binary = i === 0 ? binaryInput : network.layers[i - 1]!.neuron.binary
    return sum + (binary ? spikes[i]! : values[i]!) * size
  }, 0)
  return samples === 0 ? 0 : operations / samples
}

/** Layers that never fired, or fired at every step; none of those that were not run. */
export function activityWarnings(network: Network, activity: Activity): Warning[] {
  const densities = density(activity)
  return network.layers.flatMap(({ name, neuron }, i): Warning[] => {
    const own = densities[i + 1]!
    if (activity.values[i + 1] === 0) return []
    if (own === 0) {
      const message = `${name} (${neuron.name}) never fired: lower its threshold, or start with larger weights or stronger input`
      return [{ code: 'HILLOCK_DEAD_LAYER', message }]
    }
    if (!neuron.binary || own < 1) return []
    const message = `${name} (${neuron.name}) fired at every step: raise its threshold, or start with smaller weights`
    return [{ code: 'HILLOCK_SATURATED_LAYER', message }]
  })
}

const sizeOf = (tensor: Tensor): number => tensor.shape.reduce((product, n) => product * n, 1)
