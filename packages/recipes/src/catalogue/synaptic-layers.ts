import type { Part } from '../recipe.ts'

/** Layers as in seed 004: no biases, synapses of 5 ms, membranes of 20 ms, steps of 1 ms, the surrogate 1 / (1 + slope |x|)^2. */
export const synapticLayers = (
  layers: readonly (readonly [units: number, threshold: number])[],
  slope: number,
): Part[] =>
  layers.flatMap(([units, threshold]): Part[] => [
    { dense: units, weight: 'lecunNormal', bias: false },
    {
      neuron: 'synaptic',
      alpha: Math.exp(-1 / 5),
      beta: Math.exp(-1 / 20),
      threshold,
      atThreshold: true,
      surrogate: { name: 'fastSigmoid', slope },
    },
  ])
