import type { Backend } from '../backend.ts'
import { countActivity, density, newActivity, synapticOperations } from '../metrics.ts'
import { outputError } from '../runtime/backward.ts'
import { forward, type LayerPass } from '../runtime/forward.ts'
import type { Examples } from './examples.ts'
import { batchOf, checkPositive, type Work } from './work.ts'

export interface Evaluation {
  readonly loss: number
  readonly accuracy: number
  readonly predictions: Uint8Array
  readonly density: readonly number[]
  readonly synapticOperations: number
}

/** Classifies examples in their order; weights stay as they are. */
export async function evaluate(work: Work, examples: Examples, batchSize = 250): Promise<Evaluation> {
  checkPositive('examples in a batch', batchSize)
  work.check(examples)
  const { network, encoder, runtime } = work
  const { count } = examples
  const activity = newActivity(network)
  const predictions = new Uint8Array(count)
  let [lossSum, correct] = [0, 0]
  for (let from = 0, index = 0; from < count; from += batchSize, index++) {
    try {
      const batch = batchOf(work, examples, range(from, Math.min(count, from + batchSize)), unseen(index))
      const error = await outputError(runtime, forward(runtime, batch).at(-1)!, batch.labels)
      await countActivity(runtime, activity)
      predictions.set(error.predictions, from)
      lossSum += error.loss * batch.size
      correct += error.correct
    } finally {
      runtime.endStep()
    }
  }
  return {
    loss: lossSum / count,
    accuracy: correct / count,
    predictions,
    density: density(activity),
    synapticOperations: synapticOperations(network, encoder.binary, activity),
  }
}

/** Runs all examples as one batch, keeping every state and record, and lets `look` read what each layer did. */
export async function observe<T>(
  work: Work,
  examples: Examples,
  look: (passes: readonly LayerPass[], backend: Backend) => Promise<T>,
): Promise<T> {
  work.check(examples)
  const { runtime } = work
  try {
    const batch = batchOf(work, examples, range(0, examples.count), unseen(0))
    const passes = forward(runtime, batch, {
      keep: ({ neuron }) => Object.keys(neuron.kernels.forward.program.outputs).filter((name) => name !== 'spike'),
    })
    return await look(passes, runtime.backend)
  } finally {
    runtime.endStep()
  }
}

/** Random numbers are drawn from steps that training never reaches. */
const unseen = (index: number) => ({ step: 2 ** 31 + index, steps: 1, epoch: 0, epochs: 1 })

const range = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, i) => from + i)
