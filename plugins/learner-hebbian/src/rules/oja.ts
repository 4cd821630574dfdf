import type { Rule } from '../rule.ts'

/** Options of `oja`. */
export interface OjaOptions {
  /** Learning rate, from 0 to 1. Default: 0.01. */
  readonly rate?: number
}

/**
 * Oja's rule (Oja 1982) for spikes: when neuron j fires, w_ij += rate * (x_i - w_ij), where Hebb's x_i y_j pulls at the active inputs
 * and y_j^2 w_ij keeps the weights bounded.
 */
export const oja = ({ rate = 0.01 }: OjaOptions = {}): Rule => ({
  name: 'oja',
  competes: true,
  step: { shrink: rate, right: rate, wrong: rate, taught: 0 },
})
