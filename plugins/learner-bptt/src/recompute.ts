import {
  type Batch,
  errorOf,
  type FiringRate,
  forward,
  kernels,
  type Layer,
  type LayerGradients,
  type LayerPass,
  parametersOf,
  type Runtime,
  type Signals,
  type StepResult,
  type Tensor,
} from '@hillock/core'
import { throughLayers } from './layers.ts'
import { penalties } from './penalties.ts'

export interface PartsOptions {
  /** Time steps of a part. */
  readonly part: number
  readonly window: number | undefined
  readonly regularize: FiringRate | undefined
}

type States = Readonly<Record<string, Tensor>>

const add = kernels({
  name: 'add',
  equations: 'sum = sum + part',
  inputs: ['part'],
  params: [],
  state: { sum: 0 },
  outputs: [],
  record: [],
})

/**
 * Backpropagation through time, part by part: forward, only the states between parts are kept; back, each part runs again from there
 * and its adjoints go on into the part before (Chen et al. 2016, "Training deep nets with sublinear memory cost"). The gradient is that
 * of the whole, its sums taken in another order.
 */
export async function inParts(
  runtime: Runtime,
  batch: Batch,
  { part, window, regularize }: PartsOptions,
): Promise<StepResult & { readonly layers: readonly LayerGradients[] }> {
  const { network } = runtime
  const count = Math.ceil(batch.steps / part)
  const { starts, output, passes } = await forwardInParts(runtime, batch, part, count)
  const { loss, correct, signals } = errorOf(runtime, passes.at(-1)!, output, batch.labels)
  const { penalty, inputBias } = await penalties(runtime, passes, regularize)

  const layers = network.layers.map((layer) => ({ layer, gradients: zeros(runtime, layer) }))
  const mark = runtime.temporary([])
  runtime.backend.write(mark, [0])
  let final: ((layer: Layer) => States) | undefined
  for (let p = count - 1; p >= 0; p--) {
    const before = network.layers.map((layer) => statesOf(runtime, layer, batch))
    const cut = window !== undefined && ((p + 1) * part) % window === 0
    const inner = window !== undefined && window < part ? window : undefined
    const later = cut ? undefined : final
    await runtime.scope(async () => {
      const piece = partOf(runtime, batch, p, part)
      const again = forward(runtime, piece, { learn: true, watch: false, ...startsOf(starts, p) })
      const results = await throughLayers(runtime, again, stepsOf(runtime, signals, piece), ({ layer }) => ({
        window: inner,
        inputBias: inputBias(layer),
        final: later?.(layer),
        ...(p > 0 && { states: before[layer.index]! }),
      }))
      for (const { layer, gradients } of results) addUp(runtime, layers[layer.index]!.gradients, gradients)
    })
    final = ({ index }) => before[index]!
    // A backend that queues its work gives memory back when it has caught up.
    await runtime.backend.read(mark)
  }
  runtime.passes.splice(0, Infinity, ...passes)
  return { loss: loss + penalty, correct, layers: layers.toReversed() }
}

/** The states before each part, what the loss reads of the output, and what each layer gave out: its mean over time, [1, B, N]. */
async function forwardInParts(runtime: Runtime, batch: Batch, part: number, count: number) {
  const { backend, network, loss } = runtime
  const last = network.layers.at(-1)!
  const size = batch.size * last.size
  const output = new Float64Array(loss.over === 'sum' ? size : batch.steps * size)
  const totals = network.layers.map((layer) => new Float64Array(batch.size * layer.size))
  const starts: (readonly States[])[] = [[]]
  for (let p = 0; p < count; p++) {
    const ends = network.layers.map((layer) => statesOf(runtime, layer, batch))
    await runtime.scope(async () => {
      const piece = partOf(runtime, batch, p, part)
      const keep = ({ neuron }: Layer) => Object.keys(neuron.definition.state)
      const passes = forward(runtime, piece, { keep, ...startsOf(starts, p) })
      const sums = passes.map(({ layer, spikes, kept }) => {
        for (const [name, end] of Object.entries(ends[layer.index]!)) {
          const step = runtime.temporary([1, batch.size, layer.size])
          backend.slice(kept[name]!, piece.steps - 1, step)
          backend.sum(step, end)
        }
        return overTime(runtime, spikes)
      })
      const { spikes, kept } = passes.at(-1)!
      const read = loss.reads === 'spike' ? spikes : kept[loss.reads]!
      const [values, ...counts] = await Promise.all(
        [loss.over === 'sum' ? overTime(runtime, read) : read, ...sums].map((tensor) => backend.read(tensor)),
      )
      const at = loss.over === 'sum' ? 0 : piece.from * size
      for (let i = 0; i < values!.length; i++) output[at + i]! += values![i]!
      for (const [l, total] of totals.entries()) for (let i = 0; i < total.length; i++) total[i]! += counts[l]![i]!
    })
    starts.push(ends)
  }
  const passes = network.layers.map((layer): LayerPass => {
    const spikes = runtime.temporary([1, batch.size, layer.size])
    backend.write(
      spikes,
      totals[layer.index]!.map((total) => total / batch.steps),
    )
    return { layer, batch, input: batch.input, currents: {}, spikes, needed: undefined, kept: {} }
  })
  return { starts, output, passes }
}

/** Room for the states of a layer, [B, N]. */
const statesOf = (runtime: Runtime, { neuron, size }: Layer, batch: Batch): States =>
  Object.fromEntries(
    Object.keys(neuron.definition.state).map((name) => [name, runtime.temporary([batch.size, size])] as const),
  )

/** The first part starts from the neurons' own values. */
const startsOf = (starts: readonly (readonly States[])[], p: number) =>
  p === 0 ? {} : { initial: ({ index }: Layer) => starts[p]![index]! }

function partOf(runtime: Runtime, batch: Batch, p: number, part: number): Batch & { readonly from: number } {
  const from = p * part
  const steps = Math.min(part, batch.steps - from)
  return { ...batch, input: sliced(runtime, batch.input, from, steps), steps, from }
}

const stepsOf = (runtime: Runtime, signals: Signals, { from, steps }: { from: number; steps: number }): Signals =>
  Object.fromEntries(Object.entries(signals).map(([name, tensor]) => [name, sliced(runtime, tensor, from, steps)]))

/** Some time steps; what is the same at every step stays as it is. */
function sliced(runtime: Runtime, tensor: Tensor, from: number, steps: number): Tensor {
  const [all, ...rest] = tensor.shape
  if (all === 1) return tensor
  const slice = runtime.temporary([steps, ...rest], tensor.kind)
  runtime.backend.slice(tensor, from, slice)
  return slice
}

function overTime(runtime: Runtime, tensor: Tensor): Tensor {
  const sum = runtime.temporary(tensor.shape.slice(1))
  runtime.backend.sum(tensor, sum)
  return sum
}

function zeros(runtime: Runtime, layer: Layer): Map<string, Tensor> {
  const gradients = parametersOf(layer).map(({ name, shape }) => [name, runtime.temporary(shape)] as const)
  for (const [, gradient] of gradients) {
    runtime.backend.write(gradient, new Float32Array(gradient.shape.reduce((product, n) => product * n, 1)))
  }
  return new Map(gradients)
}

function addUp(runtime: Runtime, totals: ReadonlyMap<string, Tensor>, parts: ReadonlyMap<string, Tensor>): void {
  for (const [name, part] of parts) {
    runtime.backend.map(add.forward, { inputs: { part }, states: { sum: totals.get(name)! }, setup: {} })
  }
}
