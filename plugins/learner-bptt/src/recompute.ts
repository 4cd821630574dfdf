import type { Layer } from '@hillock/core'
import {
  addTo,
  type Batch,
  type Carry,
  counted,
  errorOf,
  forward,
  type LayerGradients,
  type LayerPass,
  newCarry,
  type Runtime,
  ratePenalties,
  type StepResult,
  sliced,
  type Tensor,
  throughLayers,
} from '@hillock/core/learner'
import type { FiringRate } from '@hillock/core/losses'
import { parametersOf } from '@hillock/core/network'
import { sizeOf } from '@hillock/core/options'

export interface PartsOptions {
  /** Time steps of a part. */
  readonly part: number
  readonly window: number | undefined
  readonly regularize: FiringRate | undefined
}

/**
 * Backpropagation through time, part by part: forward, only the states between parts are kept; back, each part runs again from there
 * and its adjoints go on into the part before (Chen et al. 2016, "Training deep nets with sublinear memory cost"). The gradient is that
 * of the whole, its sums taken in another order.
 */
export async function inParts(
  runtime: Runtime,
  batch: Batch,
  { part, window, regularize }: PartsOptions,
): Promise<StepResult & { readonly gradients: readonly LayerGradients[] }> {
  const { network } = runtime
  const count = Math.ceil(batch.steps / part)
  const { starts, output, given } = await forwardInParts(runtime, batch, part, count)
  const outputs = network.layers.map((layer) => ({ layer, batch, spikes: given[layer.index]! }))
  const { loss, correct, signals } = errorOf(runtime, outputs.at(-1)!, output, batch.labels)
  const { penalty, bias } = await ratePenalties(runtime, outputs, regularize)

  const sums = network.layers.map((layer) => ({ layer, gradients: zeros(runtime, layer) }))
  const mark = runtime.temporary([])
  runtime.backend.write(mark, [0])
  let final: Carry | undefined
  for (let p = count - 1; p >= 0; p--) {
    const before = newCarry(runtime, batch.size)
    const cut = window !== undefined && ((p + 1) * part) % window === 0
    const inner = window !== undefined && window < part ? window : undefined
    const later = cut ? undefined : final
    await runtime.scope(async () => {
      const span = spanOf(batch, p, part)
      const again = forward(runtime, batch, { ...span, learn: true, watch: false, carry: starts[p] })
      const error = Object.entries(signals).map(([name, tensor]) => [
        name,
        sliced(runtime, tensor, span.from, span.steps),
      ])
      const of = ({ layer: { index } }: LayerPass) => ({
        window: inner,
        final: later?.[index],
        ...(p > 0 && { states: before[index]! }),
      })
      const results = await throughLayers(runtime, again, Object.fromEntries(error), { of, bias })
      for (const { layer, gradients } of results)
        for (const [name, gradient] of gradients) addTo(runtime, sums[layer.index]!.gradients.get(name)!, gradient)
    })
    final = before
    // A backend that queues its work gives memory back when it has caught up.
    await runtime.backend.read(mark)
  }
  const activity = [
    counted(runtime, batch.input, sizeOf(batch.input.shape)),
    ...outputs.map(({ layer, spikes }) => counted(runtime, spikes, batch.steps * batch.size * layer.size)),
  ]
  return { loss: loss + penalty, correct, activity, gradients: sums.toReversed() }
}

/** Where the network stands before each part, what the loss reads of the output, and what each layer gave out: its sum over time, [B, N]. */
async function forwardInParts(runtime: Runtime, batch: Batch, part: number, count: number) {
  const { network, loss } = runtime
  const last = network.layers.at(-1)!
  const size = batch.size * last.size
  const output = new Float64Array(loss.over === 'sum' ? size : batch.steps * size)
  const given = network.layers.map((layer) => zero(runtime, [batch.size, layer.size]))
  const starts: (Carry | undefined)[] = [undefined]
  for (let p = 0; p < count; p++) {
    const into = newCarry(runtime, batch.size)
    await runtime.scope(async () => {
      const span = spanOf(batch, p, part)
      const passes = forward(runtime, batch, { ...span, training: true, carry: starts[p], into })
      for (const { layer, spikes } of passes) addTo(runtime, given[layer.index]!, overTime(runtime, spikes))
      const { spikes, kept } = passes.at(-1)!
      const read = loss.reads === 'spike' ? spikes : kept[loss.reads]!
      const values = await runtime.backend.read(loss.over === 'sum' ? overTime(runtime, read) : read)
      const at = loss.over === 'sum' ? 0 : span.from * size
      for (let i = 0; i < values.length; i++) output[at + i]! += values[i]!
    })
    starts.push(into)
  }
  return { starts, output, given }
}

function spanOf(batch: Batch, p: number, part: number): { readonly from: number; readonly steps: number } {
  const from = p * part
  return { from, steps: Math.min(part, batch.steps - from) }
}

function overTime(runtime: Runtime, tensor: Tensor): Tensor {
  const sum = runtime.temporary(tensor.shape.slice(1))
  runtime.backend.sum(tensor, sum)
  return sum
}

function zero(runtime: Runtime, shape: readonly number[]): Tensor {
  const tensor = runtime.temporary(shape)
  runtime.backend.write(tensor, new Float32Array(sizeOf(shape)))
  return tensor
}

const zeros = (runtime: Runtime, layer: Layer): Map<string, Tensor> =>
  new Map(parametersOf(layer).map(({ name, shape }) => [name, zero(runtime, shape)]))
