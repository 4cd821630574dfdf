import { kernels } from '@hillock/core/backend'
import type { LayerGradients, Runtime } from '@hillock/core/learner'

const clip = kernels({
  name: 'bounds',
  equations: 'weight = clip(weight, low, high)',
  inputs: [],
  params: ['low', 'high'],
  state: { weight: 0 },
  outputs: [],
  record: [],
})

/** What pairs of spikes change: weights. A bias has no spikes to be paired. */
export function ofWeights({ layer, gradients }: LayerGradients): LayerGradients {
  const biases = layer.sources.flatMap(({ parts }) => parts.map(({ bias }) => bias))
  return { layer, gradients: new Map([...gradients].filter(([name]) => !biases.includes(name))) }
}

/** Brings weights that have left their bounds back to them. */
export function keepWithin(
  runtime: Runtime,
  layers: readonly LayerGradients[],
  [low, high]: readonly [number, number],
): void {
  for (const { gradients } of layers)
    for (const [name, { shape }] of gradients)
      runtime.backend.map(clip.forward, {
        inputs: {},
        states: { weight: runtime.tensor(name, shape) },
        setup: { low, high },
      })
}
