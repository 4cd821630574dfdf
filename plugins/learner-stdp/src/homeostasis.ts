import { HillockError } from '@hillock/core'
import type { LayerPass, Runtime } from '@hillock/core/learner'
import { program, runOnce } from './programs.ts'

/** How thresholds adapt to the firing of their neuron. */
export interface HomeostasisOptions {
  /** What each spike adds to the threshold of its neuron, 0 or more. */
  readonly raise: number
  /** The part of that increase lost after each batch, from 0 to 1. Default: 0. */
  readonly fade?: number
  /** The threshold to fade to. */
  readonly rest: number
}

const adapt = program({
  name: 'homeostasis',
  inputs: ['count'],
  params: ['raise', 'fade', 'rest'],
  state: { threshold: 0 },
  equations: 'threshold = rest + (1 - fade) * (threshold - rest) + raise * count',
})

/**
 * Adaptive thresholds (Diehl and Cook 2015, theta): a neuron that fires often becomes harder to excite, so that all get their turn. They
 * are the learnt `threshold` of the layer's neurons, one for each. Throws HILLOCK_OPTION if the neurons do not learn such a threshold.
 */
export async function adaptThresholds(
  runtime: Runtime,
  { layer, spikes }: LayerPass,
  { raise, fade = 0, rest }: HomeostasisOptions,
): Promise<void> {
  const { backend } = runtime
  const { name, size, neuron } = layer
  if (!neuron.learn.includes('threshold') || typeof neuron.params.threshold === 'number') {
    const hint = "give one threshold for each neuron and learn: ['threshold']"
    throw new HillockError('HILLOCK_OPTION', `homeostasis: the thresholds of ${name} are fixed`, { hint })
  }
  const count = runtime.temporary([size])
  backend.sum(spikes, count)
  runOnce(runtime, adapt, { raise, fade, rest }, { count }, { threshold: runtime.tensor(`${name}.threshold`, [size]) })
  await runtime.refresh(layer)
}
