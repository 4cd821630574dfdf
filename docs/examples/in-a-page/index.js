import { observeExample } from '@hillock/analysis'
import { createSession, crossEntropy, dense, lif, poisson, sequential } from '@hillock/core'
import { glyphs, take } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { raster, toSvg } from '@hillock/plot'

const epochs = Number(new URLSearchParams(location.search).get('epochs') ?? 4)
const steps = 20
const progress = document.querySelector('#progress')

const session = createSession({
  network: sequential(784, [dense(64), lif(), dense(10), lif()]),
  encoder: poisson({ probability: 0.5 }),
  loss: crossEntropy(),
  learner: bptt(),
  steps,
})

// the page stays awake: after each batch it may draw and hear clicks. Longer training belongs in a worker
const onBatch = ({ batch, batches, loss }) => {
  progress.textContent = `batch ${batch} of ${batches}: loss ${loss.toFixed(2)}`
  return new Promise((resolve) => setTimeout(resolve))
}
const digits = glyphs({ train: 1000, test: 200 })
for await (const { epoch, testAccuracy } of session.train(digits, { epochs, batchSize: 16, onBatch })) {
  progress.textContent = `epoch ${epoch}: test accuracy ${testAccuracy.toFixed(2)}`

  // what a test digit makes the network do now
  const example = take(digits.test, 1)
  const { layers } = await observeExample(session, example, steps)
  const [hidden, output] = layers
  const picture = raster({
    title: `A ${example.labels[0]} after epoch ${epoch}`,
    steps,
    layers: [
      { name: 'hidden', ...hidden.output },
      { name: 'output', ...output.output },
    ],
  })
  document.querySelector('#picture').innerHTML = await toSvg(picture)
}
document.body.dataset.done = 'true'
await session.dispose()
