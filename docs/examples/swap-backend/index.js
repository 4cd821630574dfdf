import { writeFile } from 'node:fs/promises'
import { wasm } from '@hillock/backend-wasm'
import { createSession, crossEntropy, dense, lif, poisson, sequential } from '@hillock/core'
import { glyphs } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { curves, toSvg } from '@hillock/plot'

const count = Number(process.argv[2] ?? 1000)
const digits = glyphs({ train: count, test: 100 })
const session = createSession({
  network: sequential(784, [dense(64), lif(), dense(10), lif()]),
  encoder: poisson({ probability: 0.5 }),
  loss: crossEntropy(),
  learner: bptt(),
  steps: 10,
})

const reports = []
for await (const report of session.train(digits, { epochs: 4, batchSize: 16 })) {
  reports.push(report)
  const { epoch, trainLoss, seconds } = report
  console.log(`epoch ${epoch} on ${session.backend.name}: loss ${trainLoss.toFixed(3)} in ${seconds.toFixed(1)} s`)
  if (epoch !== 2) continue
  // `use` moves the weights and all that the learner remembers, here the moments of Adam
  const before = await session.evaluate(digits.test)
  await session.use(await wasm())
  const after = await session.evaluate(digits.test)
  console.log(`test accuracy ${before.accuracy}, and after the swap ${after.accuracy}`)
}
const title = 'The backend changes after epoch 2, and training goes on'
await writeFile('swap-backend.svg', await toSvg(curves({ title, epochs: reports })))
await session.dispose()
