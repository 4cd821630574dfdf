import { writeFile } from 'node:fs/promises'
import { observeExample } from '@hillock/analysis'
import { adam, createSession, crossEntropy, dense, leakyIntegrator, lif, sequential, spikes } from '@hillock/core'
import { eventSource, frames, readNMnist } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { raster, toSvg } from '@hillock/plot'

const epochs = Number(process.argv[2] ?? 10)
const steps = 34

// A file of N-MNIST is events of five bytes: x, y, polarity and the time in microseconds. These stand for files:
// a dot that moves right (class 1) or left (class 0), by one pixel in 2 ms
const recording = (i) =>
  Uint8Array.from(
    Array.from({ length: steps }, (_, t) => {
      const time = 2000 * t
      return [i % 2 ? t : 33 - t, 8 + (i % 16), 0x80 | (time >> 16), (time >> 8) & 255, time & 255]
    }).flat(),
  )

// events are counted in steps of 2 ms, and two by two pixels in one
const source = (from, count) =>
  eventSource({
    id: `moving dots from ${from}`,
    labels: Array.from({ length: count }, (_, i) => i % 2),
    classes: 2,
    width: 34,
    height: 34,
    frames: frames({ steps, dt: 2e-3, pool: 2 }),
    read: (i) => readNMnist(recording(from + i)), // in place of: readNMnist(await readFile(files[i]))
  })
const [train, test] = [source(0, 64), source(64, 16)]

const session = createSession({
  network: sequential(train.shape, [dense(40, { weight: { uniform: 0.8 } }), lif(), dense(2), leakyIntegrator()]),
  encoder: spikes(), // events are spikes already
  loss: crossEntropy({ on: 'v' }),
  learner: bptt({ optimizer: adam({ learningRate: 5e-3 }) }),
  steps,
})
for await (const { epoch, testAccuracy } of session.train({ train, test }, { epochs, batchSize: 8 })) {
  console.log(`epoch ${epoch}: test accuracy ${testAccuracy.toFixed(2)}`)
}

const { input, layers } = await observeExample(session, source(65, 1), steps)
const picture = raster({
  title: 'A dot that moves right: pixels by their polarity, row and column',
  steps,
  dt: 2,
  layers: [
    { name: 'events', ...input },
    { name: 'hidden', ...layers[0].output },
    { name: 'left, right', ...layers[1].kept.v },
  ],
})
await writeFile('event-camera.svg', await toSvg(picture))
await session.dispose()
