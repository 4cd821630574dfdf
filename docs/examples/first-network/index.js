import { writeFile } from 'node:fs/promises'
import { observeExample } from '@hillock/analysis'
import { createSession, crossEntropy, dense, lif, poisson, sequential } from '@hillock/core'
import { glyphs, take } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { counts, toSvg } from '@hillock/plot'

const epochs = Number(process.argv[2] ?? 4)
const steps = 20

// 784 pixels, 64 hidden neurons, one output neuron for each digit
const session = createSession({
  network: sequential(784, [dense(64), lif(), dense(10), lif()]),
  encoder: poisson({ probability: 0.5 }), // a pixel fires in each step with a probability of half its brightness
  loss: crossEntropy(), // of the spike counts of the outputs
  learner: bptt(),
  steps,
})

const digits = glyphs({ train: 1000, test: 200 }) // drawn here, nothing is downloaded
for await (const { epoch, trainLoss, testAccuracy } of session.train(digits, { epochs, batchSize: 16 })) {
  console.log(`epoch ${epoch}: loss ${trainLoss.toFixed(2)}, test accuracy ${testAccuracy.toFixed(2)}`)
}

// what the network makes of one test digit
const example = take(digits.test, 1)
const { input, layers } = await observeExample(session, example, steps)
const picture = counts({
  title: `A ${example.labels[0]}, as spikes, and the spikes of the ten outputs`,
  steps,
  input: { ...input, image: { shape: [28, 28], values: example.images } },
  output: layers.at(-1).output,
})
await writeFile('first-network.svg', await toSvg(picture))
await session.dispose()
