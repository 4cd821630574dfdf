import {
  type Batch,
  classify,
  HillockError,
  type Learner,
  type Network,
  type Optimizer,
  type Runtime,
  type Tensor,
  type TrainingProgress,
  update,
} from '@hillock/core'
import { onlineLayer } from './online-layer.ts'
import { type Feedback, learningSignal } from './signal.ts'
import { type Traces, tracesOf } from './traces.ts'

export interface OnlineOptions {
  readonly optimizer: Optimizer
  readonly feedback: Feedback
  readonly deviation: number | undefined
  readonly every: number | undefined
}

/**
 * Runs forward in time only: at each step the error of that step meets the traces, and what was learnt is added up. Besides its input,
 * nothing is kept for each step. Errors: HILLOCK_OPTION for a loss that is not of each step.
 */
export function onlineStep({ optimizer, feedback, deviation, every }: OnlineOptions): Learner['step'] {
  const known = new WeakMap<Network, readonly Readonly<Record<string, Traces>>[]>()

  return async (runtime, batch) => {
    const { network, backend, loss } = runtime
    if (!loss.each) {
      const hint = "take a loss of each step, such as crossEntropy({ reduce: 'each' }), or mode: 'algebraic'"
      throw new HillockError('HILLOCK_OPTION', `eligibility online: ${loss.name} is not known while time runs`, {
        hint,
      })
    }
    const traces = known.get(network) ?? network.layers.map((layer) => tracesOf(runtime, layer))
    known.set(network, traces)
    const { steps, size, labels } = batch
    const layers = network.layers.map((layer, i) => onlineLayer(runtime, layer, size, traces[i]!))
    const output = layers.at(-1)!
    const { reads } = loss
    const classes = output.layer.size
    const error = runtime.temporary([1, size, classes])
    const inputAt = await inputs(runtime, batch)
    const period = every ?? steps
    const scores = new Float64Array(size * classes)
    let total = 0

    async function step(t: number): Promise<void> {
      layers.reduce((input, layer) => layer.forward(input), inputAt(t))
      const values = await backend.read(output.outputs[reads]!)
      const found = loss.evaluate(values, labels, { steps: 1, batch: size, classes })
      total += found.loss / steps
      for (let i = 0; i < scores.length; i++) scores[i]! += found.scores[i]!
      const signal = found.signal.map((value) => value / steps)
      backend.write(error, signal)
      output.learn(reads, error)
      for (const layer of layers.slice(0, -1)) {
        layer.learn('spike', learningSignal(runtime, layer.layer, { [reads]: error }, { feedback, deviation }))
      }
      for (const layer of layers) layer.advance()
    }

    for (let t = 0; t < steps; t++) {
      await runtime.scope(() => step(t))
      if ((t + 1) % period !== 0 && t + 1 < steps) continue
      const learnt = layers.map((layer) => layer.take())
      await update(runtime, optimizer, learnt, round(batch.progress, Math.floor(t / period), Math.ceil(steps / period)))
    }
    runtime.passes.push(...layers.map((layer) => layer.pass(batch)))
    return { loss: total, correct: classify(scores, labels, classes).correct }
  }
}

/** Where training stands at one of several updates in a batch. */
const round = ({ step, steps, ...epochs }: TrainingProgress, index: number, count: number): TrainingProgress => ({
  ...epochs,
  step: step * count + index,
  steps: steps * count,
})

/** What comes in at each step, [1, B, inputs], in one tensor for all steps. */
async function inputs(runtime: Runtime, { input, size }: Batch): Promise<(t: number) => Tensor> {
  const [steps, , features] = input.shape as [number, number, number]
  if (steps === 1 && input.kind === 'real') return () => input
  const values = await runtime.backend.read(input)
  const step = runtime.temporary([1, size, features])
  const length = size * features
  return (t) => {
    const from = steps === 1 ? 0 : t * length
    runtime.backend.write(step, values.subarray(from, from + length))
    return step
  }
}
