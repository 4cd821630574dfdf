import type { Part, Recipe } from '@hillock/recipes'

/** What all learners train on alike: data, input, network and budget. */
export interface GridTask {
  readonly common: Pick<Recipe, 'dataset' | 'steps' | 'encoder' | 'epochs' | 'batchSize'>
  /** Neurons of the hidden layers. */
  readonly hidden: readonly number[]
  readonly classes: number
  /** Neurons of each hidden layer. */
  readonly neuron: Part
  /** Of the membranes of the readout, after a step. */
  readonly leak: number
  /** For rules without an error, whose neurons compete: what one of them collects before it fires, and what its weights add up to. */
  readonly competing: { readonly threshold: number; readonly total: number }
}

const surrogate = { name: 'fastSigmoid', slope: 5 }
const lif = { neuron: 'lif', beta: 0.9, threshold: 1, surrogate }

/** The tasks of the grid. A run is a few seconds long: it tells learners apart, and does not show the best that they reach. */
export const gridTasks: Readonly<Record<string, GridTask>> = {
  'yin-yang': {
    common: {
      dataset: { name: 'yin-yang', train: 1500, test: 1000, validation: 1 / 3 },
      steps: 30,
      encoder: { name: 'latency' },
      epochs: 20,
      batchSize: 50,
    },
    hidden: [64, 32],
    classes: 3,
    neuron: { ...lif, beta: 0.98 },
    leak: 0.98,
    competing: { threshold: 0.6, total: 2 },
  },
  mnist: {
    common: {
      dataset: { name: 'mnist', limit: 4000, validation: 1 / 4 },
      steps: 10,
      encoder: { name: 'poisson', probability: 1 },
      epochs: 2,
      batchSize: 32,
    },
    hidden: [128, 64],
    classes: 10,
    neuron: lif,
    leak: 0.9,
    competing: { threshold: 20, total: 78 },
  },
  'n-mnist': {
    common: {
      dataset: { name: 'n-mnist', validation: 1 / 4, frames: { dt: 20e-3, pool: 2 } },
      steps: 15,
      encoder: { name: 'spikes' },
      epochs: 5,
      batchSize: 25,
    },
    hidden: [128, 64],
    classes: 10,
    neuron: lif,
    leak: 0.95,
    competing: { threshold: 20, total: 58 },
  },
  tones: {
    common: {
      dataset: { name: 'tones', train: 900, test: 400, validation: 1 / 3 },
      steps: 100,
      encoder: { name: 'spikes' },
      epochs: 8,
      batchSize: 30,
    },
    hidden: [64],
    classes: 6,
    neuron: { ...lif, beta: 0.95, recurrent: {} },
    leak: 0.98,
    competing: { threshold: 2, total: 8 },
  },
  'sequential-mnist': {
    common: {
      dataset: { name: 'mnist', limit: 3000, validation: 1 / 3 },
      steps: 28,
      encoder: { name: 'poisson', probability: 1, rows: true },
      epochs: 5,
      batchSize: 32,
    },
    hidden: [64],
    classes: 10,
    neuron: { ...lif, recurrent: {} },
    leak: 0.9,
    competing: { threshold: 2, total: 6 },
  },
}
