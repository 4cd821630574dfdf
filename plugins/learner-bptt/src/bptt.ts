import {
  adam,
  backward,
  type FiringRate,
  forward,
  HillockError,
  type LayerGradients,
  type Learner,
  type Optimizer,
  outputError,
  ratePenalty,
  type Signals,
  update,
} from '@hillock/core'

export interface BpttOptions {
  readonly optimizer?: Optimizer
  /** Truncation: no gradient crosses a multiple of this many steps. Absent: the whole time is reached. */
  readonly window?: number
  /** Keeps the firing rates of hidden layers within bounds. */
  readonly regularize?: FiringRate
}

/**
 * Surrogate-gradient backpropagation through time (Neftci, Mostafa and Zenke 2019): the error goes back layer by layer through the
 * transposed weights, and within a layer back in time through the neuron's own equations. Errors: HILLOCK_OPTION for a window of less
 * than one step.
 */
export function bptt({ optimizer = adam(), window, regularize }: BpttOptions = {}): Learner {
  if (window !== undefined && !(Number.isSafeInteger(window) && window >= 1)) {
    throw new HillockError('HILLOCK_OPTION', `bptt: the window is ${window}`, {
      hint: 'give a whole number of steps from 1',
    })
  }
  return {
    name: 'bptt',
    async step(runtime, batch) {
      const passes = forward(runtime, batch, { learn: true })
      const error = await outputError(runtime, passes.at(-1)!, batch.labels)
      const layers: LayerGradients[] = []
      let signals: Signals = error.signals
      let loss = error.loss
      for (const pass of passes.toReversed()) {
        const below = passes[pass.layer.index - 1]
        const penalty = below && regularize && (await ratePenalty(runtime, below, regularize))
        const result = await backward(runtime, pass, signals, {
          window,
          input: below !== undefined,
          inputBias: penalty?.signal,
        })
        layers.push(result)
        if (result.input) signals = { spike: result.input }
        loss += penalty?.penalty ?? 0
      }
      await update(runtime, optimizer, layers, batch.progress)
      return { loss, correct: error.correct }
    },
  }
}
