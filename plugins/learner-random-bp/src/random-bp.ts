import { adam, type Learner, type Optimizer } from '@hillock/core'
import {
  activityOf,
  forward,
  type LayerGradients,
  layeredFeedback,
  layerGradients,
  outputError,
  ratePenalties,
  sendBack,
  sendDown,
  type Tensor,
  update,
} from '@hillock/core/learner'
import type { FiringRate } from '@hillock/core/losses'
import { checkOptions, is } from '@hillock/core/options'
import { type Average, inWindow } from './window.ts'

/** Options of `randomBp`. */
export interface RandomBpOptions {
  /** Turns gradients into new weights. Default: `adam()`. */
  readonly optimizer?: Optimizer
  /** Whether the error reaches every hidden layer from the output ('direct'), or from the layers that read it ('layered'). Default: 'direct'. */
  readonly feedback?: 'direct' | 'layered'
  /** Standard deviation of the fixed random weights. Default: 1 / sqrt(neurons of the layer); for layered feedback 1 / sqrt(inputs of a neuron that reads the layer). */
  readonly deviation?: number
  /** Learn from the last so many steps only. Default: all steps. */
  readonly window?: number
  /** Whether each step of the window counts by itself ('none'), or their mean counts for all ('window'; 'sliced-twice' leaves out steps as the notebook does). Default: 'none'. */
  readonly average?: Average
  /** Whether recurrent neurons learn each by itself ('within'), or the error also goes back along the recurrent weights ('through'). Default: 'within'. */
  readonly recurrent?: 'within' | 'through'
  /** Keeps the firing rates of hidden layers within bounds. */
  readonly regularize?: FiringRate
}

const known = {
  optimizer: is.optimizer,
  feedback: is.oneOf('direct', 'layered'),
  deviation: is.above(0),
  window: is.whole(1),
  average: is.oneOf('none', 'window', 'sliced-twice'),
  recurrent: is.oneOf('within', 'through'),
  regularize: is.penalty,
}

/**
 * Fixed random weights carry the error back: direct feedback alignment (Nokland 2016) or, layer by layer, feedback alignment (Lillicrap et
 * al. 2016). What is carried is the derivative of the loss by the currents of the layer that it comes from. Works on every network. Throws
 * HILLOCK_OPTION if an option is unknown or its value is not allowed.
 */
export function randomBp(options: RandomBpOptions = {}): Learner {
  checkOptions('randomBp', options, known)
  const { optimizer = adam(), feedback = 'direct', deviation, window, average = 'none', regularize } = options
  const seen = { window, average, within: options.recurrent !== 'through' }
  return {
    name: 'random-bp',
    async step(runtime, batch) {
      const passes = forward(runtime, batch, { learn: true })
      const output = passes.at(-1)!
      // The output layer learns from the derivative of the loss by its spikes.
      const { loss, correct, signals } = await outputError(runtime, output, batch.labels, { window })
      const { penalty, bias } = await ratePenalties(runtime, passes, regularize)
      const layers: LayerGradients[] = []
      let sent = new Map<number, Tensor>()
      for (const pass of passes.toReversed()) {
        const signal = pass === output ? signals : { spike: sent.get(pass.layer.index)! }
        const { adjoints, error } = inWindow(runtime, pass, signal, seen)
        layers.push(await layerGradients(runtime, pass, adjoints))
        // Where backpropagation would take the transposed weights above, the layers below it get the error through random ones.
        if (feedback === 'layered')
          sendDown(runtime, pass, error, sent, { bias, feedback: layeredFeedback(runtime, deviation) })
        else if (pass === output)
          sent = new Map(sendBack(runtime, passes, error, { feedback: 'random', deviation, bias }))
      }
      await update(runtime, optimizer, layers, batch.progress)
      return { loss: loss + penalty, correct, activity: activityOf(runtime, passes) }
    },
  }
}
