import { createSession, crossEntropy, dense, fastSigmoid, lif, poisson, sequential } from '@hillock/core'
import { glyphs, take } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'

const steps = 20

/** Lets the page breathe. */
const breathe = () => new Promise((resolve) => setTimeout(resolve))

/** Trains the first network of the guide, and after each epoch shows a test digit to it. */
export async function* trainHere() {
  const digits = glyphs({ train: 1000, test: 200 })
  const neurons = () => lif({ beta: 0.9, surrogate: fastSigmoid({ slope: 10 }) })
  const session = createSession({
    network: sequential(784, [dense(64), neurons(), dense(10), neurons()]),
    encoder: poisson({ probability: 0.5 }),
    loss: crossEntropy(),
    learner: bptt(),
    steps,
  })
  const shown = take(digits.test, 1)
  for await (const report of session.train(digits, { epochs: 8, batchSize: 16, onBatch: breathe })) {
    const [hidden, output] = await session.observe(shown, (passes, on) =>
      Promise.all(passes.map(({ spikes }) => on.read(spikes))),
    )
    yield { ...report, label: shown.labels[0], spikes: { image: shown.images, steps, hidden, output } }
  }
}
