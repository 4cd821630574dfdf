import type { Tensor } from '../backend.ts'
import type { FiringRate } from '../losses/firing-rate.ts'
import type { Runtime } from './contract.ts'
import type { LayerPass } from './pass.ts'

/** What a firing-rate regularisation adds to the loss, and to the adjoint of every spike of a layer: [N]. */
export interface RatePenalty {
  /** What it adds to the loss. */
  readonly penalty: number
  /** Its derivative by each spike, [N]. */
  readonly signal: Tensor
}

/** What a layer gave out: [T, B, N], or its sum over time, [B, N]. */
export type Output = Pick<LayerPass, 'layer' | 'batch' | 'spikes'>

/** Measures the firing rate of each neuron of a layer over time and batch, and what it costs. */
export async function ratePenalty(
  runtime: Runtime,
  { layer, batch, spikes }: Output,
  regularize: FiringRate,
): Promise<RatePenalty> {
  const counts = runtime.temporary([layer.size])
  runtime.backend.sum(spikes, counts)
  const samples = batch.steps * batch.size
  const rates = Float64Array.from(await runtime.backend.read(counts), (count) => count / samples)
  const { penalty, signal: values } = regularize.evaluate(rates, batch)
  const signal = runtime.temporary([layer.size])
  runtime.backend.write(signal, values)
  return { penalty, signal }
}

/** What firing rates of all hidden layers cost, and what that adds to the adjoint of what a layer gave out. */
export interface RatePenalties {
  /** What it adds to the loss. */
  readonly penalty: number
  /** [N], by the index of the layer. */
  readonly bias: (index: number) => Tensor | undefined
}

/** The penalties of all layers but the last; none where nothing is to be regularized. */
export async function ratePenalties(
  runtime: Runtime,
  outputs: readonly Output[],
  regularize: FiringRate | undefined,
): Promise<RatePenalties> {
  const hidden: RatePenalty[] = []
  for (const output of regularize ? outputs.slice(0, -1) : [])
    hidden.push(await ratePenalty(runtime, output, regularize!))
  return {
    penalty: hidden.reduce((sum, { penalty }) => sum + penalty, 0),
    bias: (index) => hidden[index]?.signal,
  }
}
