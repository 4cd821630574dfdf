import { wasm } from '@hillock/backend-wasm'
import { adam, createSession, crossEntropy, dense, lif, poisson, sequential } from '@hillock/core'
import { glyphs } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'

const session = createSession({
  network: sequential(784, [dense(64), lif(), dense(10), lif()]),
  learner: bptt({ optimizer: adam({ learningRate: 5e-3 }) }),
  encoder: poisson(),
  loss: crossEntropy(),
  steps: 10,
  backend: await wasm(),
})
const data = glyphs({ train: 2000, test: 200 })
for await (const { epoch, trainLoss } of session.train(data, { epochs: 10 })) console.log(epoch, trainLoss)
console.log(`backend ${session.backend.name}, accuracy ${(await session.evaluate(data.test)).accuracy}`)
await session.dispose()
