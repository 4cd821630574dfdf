import {
  activityOf,
  adam,
  carryError,
  checkDense,
  checkOptions,
  type FiringRate,
  feedbackWeights,
  forward,
  is,
  type LayerPass,
  type Learner,
  layerGradients,
  type Optimizer,
  outputError,
  type Runtime,
  ratePenalty,
  type Signals,
  update,
} from '@hillock/core'
import { type Average, within } from './window.ts'

export interface RandomBpOptions {
  readonly optimizer?: Optimizer
  /** Every hidden layer is reached from the output ('direct'), or each from the layer above it ('layered'). */
  readonly feedback?: 'direct' | 'layered'
  /** Standard deviation of the fixed random weights; 1 / sqrt(neurons of the layer) unless given. */
  readonly deviation?: number
  /** Learn from the last so many steps only; from all of them unless given. */
  readonly window?: number
  /** Whether each step of the window counts for itself, or its mean for all of them. */
  readonly average?: Average
  /** Keeps the firing rates of hidden layers within bounds. */
  readonly regularize?: FiringRate
}

const known = {
  optimizer: is.optimizer,
  feedback: is.oneOf('direct', 'layered'),
  deviation: is.above(0),
  window: is.whole(1),
  average: is.oneOf('none', 'window', 'sliced-twice'),
  regularize: is.penalty,
}

/**
 * Error carried by fixed random weights: direct feedback alignment (Nokland 2016) or, layer by layer, feedback alignment (Lillicrap et
 * al. 2016). What is carried is the derivative of the loss by the currents of the layer that it comes from. Throws HILLOCK_OPTION for an
 * unknown option or a value that cannot be.
 */
export function randomBp(options: RandomBpOptions = {}): Learner {
  checkOptions('randomBp', options, known)
  const { optimizer = adam(), feedback = 'direct', deviation, window, average = 'none', regularize } = options

  /** From the derivative of the loss by a layer's spikes, or what stands for it, to gradients and the error that the layer carries on. */
  async function learn(runtime: Runtime, pass: LayerPass, signals: Signals) {
    const { adjoints, error } = within(runtime, pass, signals, window, average)
    return { ...(await layerGradients(runtime, pass, adjoints)), error }
  }

  return {
    name: 'random-bp',
    async step(runtime, batch) {
      checkDense('random-bp', runtime.network)
      const passes = forward(runtime, batch, { learn: true })
      const [output, ...hidden] = passes.toReversed() as [LayerPass, ...LayerPass[]]
      // The output layer learns from the derivative of the loss by its spikes.
      const found = await outputError(runtime, output, batch.labels, { window })
      const layers = [await learn(runtime, output, found.signals)]
      let { loss } = found
      // Where backpropagation would take the transposed weights above, the layers below it get the error through random ones.
      for (const pass of hidden) {
        const from = layers.at(feedback === 'direct' ? 0 : -1)!
        const weights = feedbackWeights(runtime, pass.layer, from.layer.size, deviation)
        const terms = from.error.map((error) => ({ error, weights }))
        const penalty = regularize && (await ratePenalty(runtime, pass, regularize))
        layers.push(await learn(runtime, pass, { spike: carryError(runtime, terms, { bias: penalty?.signal }) }))
        loss += penalty?.penalty ?? 0
      }
      await update(runtime, optimizer, layers, batch.progress)
      return { loss, correct: found.correct, activity: activityOf(runtime, passes) }
    },
  }
}
