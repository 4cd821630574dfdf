import {
  adam,
  type Backend,
  createSession,
  crossEntropy,
  dense,
  fastSigmoid,
  leaky,
  poisson,
  sequential,
} from '@hillock/core'
import { type Dataset, glyphs, mnist, take } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'

/** MNIST where its files are found, else digits that are made here. */
async function digits(): Promise<Dataset> {
  try {
    return await mnist({ download: false })
  } catch {
    return glyphs({ train: 12_800, test: 1000 })
  }
}

/** The recipe lif-tutorial for 200 batches. Gives the share of 1000 test images that it classifies correctly. */
export async function tutorial(backend: Backend): Promise<number> {
  const neuron = () => leaky({ beta: 0.9, threshold: 1, surrogate: fastSigmoid({ slope: 25 }) })
  const session = createSession({
    network: sequential(784, [dense(128), neuron(), dense(10), neuron()]),
    learner: bptt({ optimizer: adam({ learningRate: 1e-3, decay: 1e-5 }) }),
    encoder: poisson({ maxRate: 100, dt: 1e-3 }),
    loss: crossEntropy(),
    steps: 50,
    seed: 1,
    backend,
  })
  const { train, test } = await digits()
  const data = { train: take(train, 200 * 64), test: take(test, 1000) }
  let accuracy = 0
  for await (const { testAccuracy } of session.train(data, { epochs: 1, batchSize: 64, test: 'last' }))
    accuracy = testAccuracy ?? accuracy
  await session.dispose()
  return accuracy
}
