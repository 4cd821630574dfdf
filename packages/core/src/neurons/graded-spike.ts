import { neuron } from '../neuron.ts'
import { share } from './firing.ts'

/**
 * A neuron with graded spikes and an axonal delay of one step (G. Chevalier, "Spiking Neural Network (SNN) with PyTorch", 2019): what
 * exceeds the threshold goes out a step later. Where it fires the membrane is multiplied by 1 - penalty / threshold, so with the
 * defaults it swings below rest. The gradient is the true one: relu's; the gate of the reset carries none.
 *
 * - `decay`: what is left of the membrane after a step, in [0, 1]; 0.9.
 * - `threshold`: what the membrane must exceed, above 0, in units of the input; 1.
 * - `penalty`: how much of the membrane, in thresholds, a spike takes away, from 0; 1.5.
 *
 * States: `v` the membrane after the reset, `out` what goes out at the next step. `delayed`, recorded too, is `v` a step ago: the
 * original's logits are its mean over time.
 */
export const gradedSpike = neuron({
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
