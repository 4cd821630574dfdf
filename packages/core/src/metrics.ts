import type { ErrorCode } from './errors.ts'
import type { Network, Source } from './network/layer.ts'
import type { Activity } from './runtime/activity.ts'
import { explain } from './runtime/finite.ts'
import type { RuntimeControl } from './runtime/runtime.ts'

/** Something to know about that does not stop the work. */
export interface Warning {
  /** What kind of warning it is. */
  readonly code: ErrorCode
  /** What was found, for people. */
  readonly message: string
}

export const newActivity = (network: Network): Activity => ({
  spikes: new Float64Array(network.layers.length + 1),
  values: new Float64Array(network.layers.length + 1),
  samples: 0,
})

/** Ends a step by what was watched in it. Throws HILLOCK_NOT_FINITE if that or the loss is NaN or infinite, saying where. */
export async function conclude(
  runtime: RuntimeControl,
  { loss = 0, training = false }: { readonly loss?: number; readonly training?: boolean } = {},
): Promise<void> {
  const { backend, watched } = runtime
  const totals = watched.map(({ tensor }) => {
    const total = runtime.temporary([])
    backend.sum(tensor, total)
    return total
  })
  // Asked for together, so that a backend that queues its work answers in one go.
  const sums = await Promise.all(totals.map((total) => backend.read(total)))
  const suspects = watched.filter((_, i) => !Number.isFinite(sums[i]![0]))
  if (!Number.isFinite(loss) || suspects.length > 0) await explain(runtime, suspects, loss, training)
}

/** Spikes for each neuron and step, of the input and each layer; of graded values their mean. */
export function density({ spikes, values }: Activity): number[] {
  return Array.from(spikes, (count, i) => (values[i] === 0 ? 0 : count / values[i]!))
}

/** Additions that events cause, for each sample: every spike reaches neurons of the next layers; graded values count in full. */
export function synapticOperations(
  network: Network,
  binaryInput: boolean,
  { spikes, values, samples }: Activity,
): number {
  const sources = network.layers.flatMap((layer) => layer.sources)
  const operations = sources.reduce((sum, source) => {
    const { from } = source
    const [i, binary] = from === 'input' ? [0, binaryInput] : [from + 1, network.layers[from]!.neuron.binary]
    return sum + (binary ? spikes[i]! : values[i]!) * fanOut(source)
  }, 0)
  const within = network.layers.reduce((sum, { neuron: { recurrence }, size, index }) => {
    const reached = recurrence === undefined ? 0 : recurrence.to === 'layer' ? size : 1
    return sum + spikes[index + 1]! * reached
  }, 0)
  return samples === 0 ? 0 : (operations + within) / samples
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

/** How many neurons one reaches, on average, by the first of a source's connections that does more than drop or normalize values. */
function fanOut({ parts }: Source): number {
  const first = parts.find(({ link }) => !link.dropped && !link.normalized)
  if (first === undefined) return 1
  const { wiring, weights } = first.link
  if (wiring === undefined) return weights[1] ?? 1
  const { from, to, site, diagonal } = wiring
  return (site.length / from.count) * (diagonal ? 1 : to.width)
}
