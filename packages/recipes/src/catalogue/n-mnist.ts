import type { Recipe } from '../recipe.ts'

const lif = { neuron: 'lif', beta: 0.9, threshold: 1, surrogate: { name: 'fastSigmoid', slope: 5 } }
const readout = [{ dense: 10 }, { neuron: 'leakyIntegrator', beta: 0.95 }]
const before = 'digits before a moving camera'
const conv = 'in two layers of convolutions, 12C5-P2-32C5-P2-10'

const bptt: Recipe = {
  name: 'n-mnist',
  description: `${before}: backpropagation through time in 256 neurons, a leaky readout`,
  source: 'hillock',
  dataset: { name: 'n-mnist', frames: { dt: 10e-3 } },
  steps: 30,
  encoder: { name: 'spikes' },
  network: [{ dense: 256 }, lif, ...readout],
  loss: { name: 'crossEntropy', reduce: 'mean' },
  learner: {
    name: 'bptt',
    optimizer: { name: 'adam', learningRate: 1e-3, lrSchedule: { name: 'cosine', warmup: 20 } },
  },
  epochs: 20,
  batchSize: 32,
}
const convBptt: Recipe = {
  ...bptt,
  name: 'n-mnist-conv-bptt',
  description: `${before}: backpropagation through time ${conv}`,
  network: [{ conv2d: 12, kernel: 5 }, { avgPool: 2 }, lif, { conv2d: 32, kernel: 5 }, { avgPool: 2 }, lif, ...readout],
}

/** The same network and optimizer, another rule. */
const by = (recipe: Recipe, learner: Recipe['learner'], description: string): Recipe => ({
  ...recipe,
  name: `${recipe.name.replace('-bptt', '')}-${learner.name}`,
  description: `${before}: ${description}`,
  learner: { ...recipe.learner, ...learner },
})
const eprop = { name: 'eligibility', feedback: 'symmetric' }

/** N-MNIST: a dense layer and two of convolutions, each by three rules. */
export const nMnist: readonly Recipe[] = [
  bptt,
  by(bptt, eprop, 'e-prop in 256 neurons, a leaky readout'),
  by(bptt, { name: 'random-bp' }, 'errors by fixed random weights in 256 neurons, a leaky readout'),
  convBptt,
  by(convBptt, { name: 'eligibility' }, `eligibility traces ${conv}`),
  by(convBptt, { name: 'random-bp' }, `errors by fixed random weights ${conv}`),
]
