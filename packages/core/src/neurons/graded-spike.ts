import type { ParamValue } from '../kernel.ts'
import { type Neuron, type NeuronOptions, neuron } from '../neuron.ts'
import { share } from './firing.ts'

/** Options of `gradedSpike`. */
export interface GradedSpikeOptions
  extends NeuronOptions<'decay' | 'threshold' | 'penalty', 'delayed' | 'pre' | 'out' | 'v'> {
  /**
   * What is left of the membrane after a step, from 0 to 1.
   * @default 0.9
   */
  readonly decay?: ParamValue
  /**
   * What the membrane has to exceed, above 0, in units of the input.
   * @default 1
   */
  readonly threshold?: ParamValue
  /**
   * How much of the membrane a spike takes away, from 0, in thresholds.
   * @default 1.5
   */
  readonly penalty?: ParamValue
}

/**
 * A neuron with graded spikes and an axonal delay of one step (G. Chevalier, "Spiking Neural Network (SNN) with PyTorch", 2019): what
 * exceeds the threshold goes out a step later. Where it fires the membrane is multiplied by 1 - penalty / threshold, so with the
 * defaults it swings below rest. The gradient is the true one: relu's; the gate of the reset carries none.
 *
 * States: `v` the membrane after the reset, `out` what goes out at the next step. `delayed`, recorded too, is `v` a step ago: the
 * original's logits are its mean over time. Throws HILLOCK_OPTION if an option is unknown or a value is out of its range.
 *
 * @example
 * ```ts
 * import { crossEntropy, dense, sequential } from '@hillock/core'
 * import { gradedSpike } from '@hillock/core/neurons'
 *
 * sequential(784, [dense(1000), gradedSpike(), dense(10), gradedSpike()])
 * crossEntropy({ on: 'delayed', reduce: 'mean' })
 * ```
 */
export const gradedSpike: (options?: GradedSpikeOptions) => Neuron = neuron({
  name: 'gradedSpike',
  params: { decay: 0.9, threshold: 1, penalty: 1.5 },
  bounds: { decay: share, threshold: { above: 0 }, penalty: [0, Infinity] },
  state: { v: 0, out: 0 },
  record: ['delayed'],
  equations: `
    spike = out
    delayed = v
    pre = decay * v + input
    out = relu(pre - threshold)
    v = where(out > 0, (1 - penalty / threshold) * pre, pre)`,
})
