import type { Tensor } from './backend.ts'
import { type ErrorCode, HillockError } from './errors.ts'
import { type Network, parametersOf } from './network.ts'
import type { Runtime } from './runtime/runtime.ts'

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

/** Counts what input and layers gave out in this step. */
export async function countActivity(runtime: Runtime, activity: Activity): Promise<void> {
  const { backend, passes } = runtime
  if (passes.length === 0) return
  const outputs = [passes[0]!.input, ...passes.map(({ spikes }) => spikes)]
  const totals = outputs.map((output) => {
    const total = runtime.temporary([])
    backend.sum(output, total)
    return total
  })
  // Asked for together, so that a backend that queues its work answers in one go.
  const counts = await Promise.all(totals.map((total) => backend.read(total)))
  counts.forEach(([count], i) => {
    // Where a layer gives one step for all, it is their mean.
    const times = i === 0 ? 1 : passes[0]!.batch.steps / outputs[i]!.shape[0]!
    activity.spikes[i]! += times * count!
    activity.values[i]! += times * sizeOf(outputs[i]!)
  })
  activity.samples += passes[0]!.batch.size
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

/**
 * Stops when the loss is not a number. Errors: HILLOCK_NOT_FINITE, naming the first layer in this step with a current or membrane that
 * is not finite; where all are, the first with such weights.
 */
export async function checkFinite(runtime: Runtime, loss: number): Promise<void> {
  if (Number.isFinite(loss)) return
  const hint = 'lower the learning rate, or use a surrogate with a smaller slope'
  const fail = (reason: string): never => {
    throw new HillockError('HILLOCK_NOT_FINITE', `the loss is ${loss}: ${reason}`, { hint })
  }
  const finite = async (tensor: Tensor) => (await runtime.backend.read(tensor)).every(Number.isFinite)
  for (const { layer, currents, kept, spikes } of runtime.passes) {
    for (const current of Object.values(currents))
      if (!(await finite(current))) fail(`currents into ${layer.name} are not finite`)
    for (const output of [...Object.values(kept), spikes]) {
      if (!(await finite(output))) fail(`what ${layer.name} (${layer.neuron.name}) gives is not finite`)
    }
  }
  for (const layer of runtime.network.layers) {
    for (const { name, shape } of parametersOf(layer)) {
      if (!(await finite(runtime.tensor(name, shape)))) fail(`'${name}' is not finite`)
    }
  }
  fail('though all that the layers give is finite')
}

const sizeOf = (tensor: Tensor): number => tensor.shape.reduce((product, n) => product * n, 1)
