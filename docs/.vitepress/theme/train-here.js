import { isAvailable, webgpu } from '@hillock/backend-webgpu'
import { createSession, crossEntropy, dense, fastSigmoid, lif, poisson, reference, sequential } from '@hillock/core'
import { glyphs, take } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'

const steps = 20

/** Lets the page breathe. */
const breathe = () => new Promise((resolve) => setTimeout(resolve))

/** A backend on the page's GPU, or else the reference backend; `on` says which, and why it is not the GPU. */
async function chooseBackend() {
  const found = await isAvailable()
  if (!found.available) return { backend: reference(), on: `the reference backend, without a GPU: ${found.reason}` }
  try {
    const backend = await webgpu()
    return { backend, on: `WebGPU: ${backend.device}` }
  } catch (error) {
    return { backend: reference(), on: `the reference backend, since the GPU fails: ${error.message}` }
  }
}

/** Trains the first network of the guide, and after each epoch shows a test digit to it. `tell` is told what it trains on, and of each batch. */
export async function* trainHere(tell) {
  const digits = glyphs({ train: 1000, test: 200 })
  const neurons = () => lif({ beta: 0.9, surrogate: fastSigmoid({ slope: 10 }) })
  const { backend, on } = await chooseBackend()
  tell({ on })
  const session = createSession({
    network: sequential(784, [dense(64), neurons(), dense(10), neurons()]),
    encoder: poisson({ probability: 0.5 }),
    loss: crossEntropy(),
    learner: bptt(),
    steps,
    backend,
  })
  const onBatch = async ({ epoch, batch, batches, loss }) => {
    tell({ progress: `epoch ${epoch}, batch ${batch} of ${batches}, loss ${loss.toFixed(3)}` })
    await breathe()
  }
  const shown = take(digits.test, 1)
  try {
    for await (const report of session.train(digits, { epochs: 8, batchSize: 16, onBatch })) {
      const [hidden, output] = await session.observe(shown, (passes, on) =>
        Promise.all(passes.map(({ spikes }) => on.read(spikes))),
      )
      yield { ...report, label: shown.labels[0], spikes: { image: shown.images, steps, hidden, output } }
    }
  } finally {
    await session.dispose()
  }
}
