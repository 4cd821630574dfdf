import { adam, HillockError, type Learner, type Optimizer } from '@hillock/core'
import { activityOf, forward, outputError, ratePenalties, throughLayers, update } from '@hillock/core/learner'
import type { FiringRate } from '@hillock/core/losses'
import { checkOptions, is } from '@hillock/core/options'
import { inParts } from './recompute.ts'

/** Options of `bptt`. */
export interface BpttOptions {
  /** Turns gradients into new weights. Default: `adam()`. */
  readonly optimizer?: Optimizer
  /** Truncation: no gradient crosses a multiple of this many steps. Default: the gradient reaches all time steps. */
  readonly window?: number
  /** Keeps the firing rates of hidden layers within bounds. */
  readonly regularize?: FiringRate
  /**
   * Keep states only after each so many steps, a multiple of 16, and compute the steps between again on the way back: memory of
   * T / recompute + recompute steps instead of T, for about half as much time again. Default: all steps are kept.
   */
  readonly recompute?: number
}

const parts = (value: unknown) =>
  Number.isSafeInteger(value) && Number(value) >= 16 && Number(value) % 16 === 0 ? undefined : 'give a multiple of 16'

const known = { optimizer: is.optimizer, window: is.whole(1), regularize: is.penalty, recompute: parts }

/**
 * Surrogate-gradient backpropagation through time (Neftci, Mostafa and Zenke 2019): the error goes back layer by layer through the
 * transposed weights, and within a layer back in time through the neuron's own equations. Throws HILLOCK_OPTION if an option is unknown, `window` is
 * less than one step, `recompute` is not a multiple of 16, or neither of the two is a multiple of the other.
 */
export function bptt(options: BpttOptions = {}): Learner {
  checkOptions('bptt', options, known)
  const { optimizer = adam(), window, regularize, recompute } = options
  if (window && recompute && window % recompute !== 0 && recompute % window !== 0) {
    const hint = 'one of them should be a multiple of the other'
    throw new HillockError('HILLOCK_OPTION', `bptt: a window of ${window} with recompute ${recompute}`, { hint })
  }
  return {
    name: 'bptt',
    async step(runtime, batch) {
      if (recompute !== undefined && recompute < batch.steps) {
        const { gradients, ...result } = await inParts(runtime, batch, { part: recompute, window, regularize })
        await update(runtime, optimizer, gradients, batch.progress)
        return result
      }
      const passes = forward(runtime, batch, { learn: true })
      const { loss, correct, signals } = await outputError(runtime, passes.at(-1)!, batch.labels)
      const { penalty, bias } = await ratePenalties(runtime, passes, regularize)
      const layers = await throughLayers(runtime, passes, signals, { of: () => ({ window }), bias })
      await update(runtime, optimizer, layers, batch.progress)
      return { loss: loss + penalty, correct, activity: activityOf(runtime, passes) }
    },
  }
}
