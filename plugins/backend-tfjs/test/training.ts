import {
  adam,
  type Backend,
  createSession,
  crossEntropy,
  dense,
  type Examples,
  fastSigmoid,
  lif,
  poisson,
  type Session,
  sequential,
} from '@hillock/core'
import { bptt } from '@hillock/learner-bptt'

/** Images of which every fourth pixel is bright, from another one on for each class. */
function stripes(count: number): Examples {
  const features = 35
  const images = new Float32Array(count * features)
  const labels = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    labels[i] = i % 4
    for (let n = 0; n < features; n++) images[i * features + n] = n % 4 === i % 4 ? 0.9 : ((i * 7 + n * 5) % 8) / 40
  }
  return { images, labels, count, features, classes: 4 }
}

export const data = { train: stripes(64), test: stripes(16) }

export function training(backend: Backend): Session {
  const neuron = () => lif({ beta: 0.9, surrogate: fastSigmoid({ slope: 10 }) })
  const network = sequential(data.train.features, [dense(45), neuron(), dense(4), neuron()])
  const learner = bptt({ optimizer: adam({ learningRate: 5e-3 }) })
  return createSession({
    ...{ network, learner, backend },
    encoder: poisson(),
    loss: crossEntropy(),
    steps: 10,
    seed: 3,
  })
}

/** The losses of two epochs, and nothing else left of them. */
export async function losses(backend: Backend): Promise<number[]> {
  const session = training(backend)
  const found: number[] = []
  for await (const { trainLoss } of session.train(data, { epochs: 2, batchSize: 16 })) found.push(trainLoss)
  await session.dispose()
  return found
}
