import { writeFile } from 'node:fs/promises'
import { wasm } from '@hillock/backend-wasm'
import { avgPool, conv2d, createSession, crossEntropy, dense, lif, poisson, sequential } from '@hillock/core'
import { glyphs } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { toSvg, weights } from '@hillock/plot'

const count = Number(process.argv[2] ?? 2000)

// images are [height, width, channels]
const network = sequential([28, 28, 1], [conv2d(8, 5), avgPool(2), lif(), dense(10), lif()])
console.log(String(network))

const session = createSession({
  network,
  encoder: poisson({ probability: 0.5 }),
  loss: crossEntropy(),
  learner: bptt(),
  steps: 10,
  backend: await wasm(),
})
for await (const { epoch, testAccuracy } of session.train(glyphs({ train: count, test: 200 }), {
  epochs: 3,
  batchSize: 16,
})) {
  console.log(`epoch ${epoch}: test accuracy ${testAccuracy.toFixed(2)}`)
}

// weights are [5 * 5 * channels, 8]: a column is a filter
const { values } = (await session.snapshot()).get('layer1.weight')
const picture = weights({ title: 'The eight filters', inputs: 25, size: 8, values, shape: [5, 5] })
await writeFile('convolution.svg', await toSvg(picture))
await session.dispose()
