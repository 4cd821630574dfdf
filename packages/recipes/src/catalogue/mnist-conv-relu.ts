import type { Recipe } from '../recipe.ts'
import { mnistConvBptt } from './mnist-conv-bptt.ts'

/** No spikes: to be converted. Pools are means, since rates have no largest. */
export const mnistConvRelu: Recipe = {
  ...mnistConvBptt,
  name: 'mnist-conv-relu',
  description: 'an ordinary network of convolutions, 16C5-P2-48C5-P2-10, for `hillock convert`',
  dataset: { ...mnistConvBptt.dataset, shift: 1 },
  steps: 1,
  network: [
    { conv2d: 16, kernel: 5 },
    { avgPool: 2 },
    { neuron: 'relu' },
    { conv2d: 48, kernel: 5 },
    { avgPool: 2 },
    { neuron: 'relu' },
    { dropout: 0.3 },
    { dense: 10 },
    { neuron: 'linear' },
  ],
  epochs: 8,
}
