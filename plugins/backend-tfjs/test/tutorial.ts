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
import { glyphs } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'

/** The recipe lif-tutorial in small: its neurons, learner and loss on digits that are made here. Gives the accuracy that it reaches. */
export async function tutorial(backend: Backend): Promise<number> {
  const neuron = () => leaky({ beta: 0.9, threshold: 1, surrogate: fastSigmoid({ slope: 25 }) })
  const session = createSession({
    network: sequential(784, [dense(32), neuron(), dense(10), neuron()]),
    learner: bptt({ optimizer: adam({ rate: 5e-3 }) }),
    encoder: poisson({ probability: 0.5 }),
    loss: crossEntropy(),
    steps: 10,
    seed: 1,
    backend,
  })
  const data = glyphs({ train: 960, test: 300 })
  let accuracy = 0
  for await (const { testAccuracy } of session.train(data, { epochs: 4, batchSize: 32, test: 'last' }))
    accuracy = testAccuracy ?? accuracy
  await session.dispose()
  return accuracy
}
