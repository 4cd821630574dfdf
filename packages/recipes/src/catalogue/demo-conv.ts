import type { Recipe } from '../recipe.ts'
import { demo } from './demo.ts'

const lif = { neuron: 'lif', beta: 0.9, surrogate: { name: 'fastSigmoid', slope: 10 } }

/** The demo with a layer of convolutions, done within a minute as well. */
export const demoConv: Recipe = {
  ...demo,
  name: 'demo-conv',
  description: 'generated handwritten digits, a small layer of convolutions',
  dataset: { name: 'glyphs', shape: [28, 28, 1] },
  steps: 8,
  encoder: { name: 'constant' },
  network: [{ conv2d: 8, kernel: 5, stride: 2 }, lif, { avgPool: 2 }, { dense: 10 }, lif],
  epochs: 3,
}
