import { writeFile } from 'node:fs/promises'
import { observeExample } from '@hillock/analysis'
import { wasm } from '@hillock/backend-wasm'
import {
  adam,
  createSession,
  crossEntropy,
  dense,
  leakyIntegrator,
  lif,
  recurrent,
  rows,
  sequential,
} from '@hillock/core'
import { glyphs, take } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { raster, toSvg } from '@hillock/plot'

const count = Number(process.argv[2] ?? 2000)
const steps = 28

// a digit comes in row by row: 28 steps of 28 values. The spikes of the hidden layer come back to it one step later
const session = createSession({
  network: sequential(28, [
    dense(64, { weight: 'heNormal' }),
    recurrent(lif(), { weight: 'orthogonal' }),
    dense(10),
    leakyIntegrator(),
  ]),
  encoder: rows(),
  loss: crossEntropy({ on: 'v', reduce: 'last' }), // the membranes after the last row
  learner: bptt({ optimizer: adam({ learningRate: 5e-3 }) }),
  steps,
  backend: await wasm(),
})
const digits = glyphs({ train: count, test: 200 })
for await (const { epoch, testAccuracy } of session.train(digits, { epochs: 6, batchSize: 16 })) {
  console.log(`epoch ${epoch}: test accuracy ${testAccuracy.toFixed(2)}`)
}

const example = take(digits.test, 1)
const { input, layers } = await observeExample(session, example, steps)
const [hidden, output] = layers
const picture = raster({
  title: `A ${example.labels[0]} that comes in row by row`,
  steps,
  layers: [
    { name: 'rows', ...input },
    { name: 'hidden', ...hidden.output },
    { name: 'output', ...output.kept.v },
  ],
})
await writeFile('recurrent.svg', await toSvg(picture))
await session.dispose()
