import {
  adam,
  avgPool,
  conv2d,
  createSession,
  crossEntropy,
  dense,
  leakyIntegrator,
  lif,
  type Network,
  type Session,
  sequential,
  spikes,
} from '@hillock/core'
import { fastSigmoid } from '@hillock/core/surrogates'
import { bptt } from '@hillock/learner-bptt'
import type { Contender } from '../backends.ts'

export const [learningRate, batchSize] = [1e-3, 32]

const neuron = () => lif({ surrogate: fastSigmoid({ slope: 5 }) })
const readout = () => [dense(10), leakyIntegrator({ beta: 0.95 })]

/** As the recipes of N-MNIST have them. */
export const networks: Readonly<Record<string, (shape: readonly number[]) => Network>> = {
  '2312-256-10': (shape) => sequential(shape, [dense(256), neuron(), ...readout()]),
  '12C5-P2-32C5-P2-10': (shape) =>
    sequential(shape, [
      ...[conv2d(12, 5), avgPool(2), neuron()],
      ...[conv2d(32, 5), avgPool(2), neuron()],
      ...readout(),
    ]),
}

/** A session that learns by backpropagation through time, with the same rate at every step. */
export const sessionOf = async (network: Network, steps: number, seed: number, on: Contender): Promise<Session> =>
  createSession({
    network,
    encoder: spikes(),
    steps,
    loss: crossEntropy({ on: 'v' }),
    learner: bptt({ optimizer: adam({ learningRate }) }),
    seed,
    backend: await on.make(),
  })
