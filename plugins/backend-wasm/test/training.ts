import {
  adam,
  type Backend,
  createSession,
  crossEntropy,
  dense,
  fastSigmoid,
  lif,
  poisson,
  sequential,
} from '@hillock/core'
import { glyphs } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'

/** A short training on digits made on the spot, its network with a panel that is not full. */
export function training(backend: Backend, { steps = 10, hidden = 45 } = {}) {
  const data = glyphs({ train: 120, test: 40 })
  const neuron = () => lif({ beta: 0.9, surrogate: fastSigmoid({ slope: 10 }) })
  const network = sequential(data.train.features, [dense(hidden), neuron(), dense(10), neuron()])
  const learner = bptt({ optimizer: adam({ learningRate: 2e-3 }) })
  const encoder = poisson({ probability: 0.5 })
  return { data, session: createSession({ network, learner, encoder, loss: crossEntropy(), steps, backend, seed: 3 }) }
}

/** Loss and densities of two epochs, and nothing else left of them. */
export async function losses(backend: Backend): Promise<number[][]> {
  const { data, session } = training(backend)
  const found: number[][] = []
  for await (const { trainLoss, density } of session.train(data, { epochs: 2, batchSize: 32 })) {
    found.push([trainLoss, ...density])
  }
  await session.dispose()
  return found
}
