import { writeFile } from 'node:fs/promises'
import { observeExample } from '@hillock/analysis'
import { createSession, crossEntropy, dense, encoder, lif, sequential } from '@hillock/core'
import { glyphs, take } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { counts, toSvg } from '@hillock/plot'

const count = Number(process.argv[2] ?? 1000)
const steps = 16

// a burst: the brighter the pixel, the more spikes, and the closer together (Guo et al. 2021)
const burst = encoder({
  name: 'burst',
  params: { most: 5 },
  bounds: { most: { above: 1 } },
  range: [0, 1],
  equations: `
    spikes = -floor(-input * most)
    gap = 1 + floor((1 - input) * (steps - 1) / (most - 1))
    nth = floor(t / gap)
    spike = (t - nth * gap == 0) * (nth < spikes)`,
})

const session = createSession({
  network: sequential(784, [dense(64), lif(), dense(10), lif()]),
  encoder: burst({ most: 5 }),
  loss: crossEntropy(),
  learner: bptt(),
  steps,
})
const digits = glyphs({ train: count, test: 100 })
for await (const { epoch, testAccuracy, density } of session.train(digits, { epochs: 3, batchSize: 16 })) {
  console.log(
    `epoch ${epoch}: test accuracy ${testAccuracy.toFixed(2)}, ${density[0].toFixed(3)} spikes per input and step`,
  )
}

const example = take(digits.test, 1)
const { input, layers } = await observeExample(session, example, steps)
const picture = counts({
  title: 'A digit as bursts',
  steps,
  input: { ...input, image: { shape: [28, 28], values: example.images } },
  output: layers.at(-1).output,
})
await writeFile('own-encoder.svg', await toSvg(picture))
await session.dispose()
