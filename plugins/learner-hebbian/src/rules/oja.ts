import type { Rule } from '../rule.ts'

/** Options of `oja`. */
export interface OjaOptions {
  /** Learning rate, from 0 to 1. Default: 0.01. */
  readonly learningRate?: number
}

/**
 * Oja's rule (Oja 1982) for spikes: when neuron j fires, w_ij += learningRate * (x_i - w_ij), where Hebb's x_i y_j pulls at the active inputs
 * and y_j^2 w_ij keeps the weights bounded.
 */
export const oja = ({ learningRate = 0.01 }: OjaOptions = {}): Rule => ({
  name: 'oja',
  competes: true,
  step: { shrink: learningRate, right: learningRate, wrong: learningRate, taught: 0 },
})
