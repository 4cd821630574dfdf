import { createHash } from 'node:crypto'
import { cuda } from '@hillock/backend-cuda'
import { wasm } from '@hillock/backend-wasm'
import { adam, createSession, crossEntropy, dense, fastSigmoid, leaky, lif, poisson, sequential } from '@hillock/core'
import { backward, createRuntime, forward } from '@hillock/core/learner'
import { bptt } from '@hillock/learner-bptt'
import { eligibility } from '@hillock/learner-eligibility'
import { randomBp } from '@hillock/learner-random-bp'
import { isLeft } from './budget.mjs'

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** Median ms of an act that ends with a wait, of so many after some to warm up: fewer, but one, where less than `share` of the part's time is left. */
async function msOf(act, count, warm = 3, share = 0.1) {
  const found = []
  for (let i = 0; i < warm + count && (isLeft(share) || found.length === 0); i++) {
    const start = performance.now()
    await act()
    if (i >= warm || !isLeft(share)) found.push(performance.now() - start)
  }
  return { ms: median(found), runs: found.length }
}

/** What a launch and a wait cost the host. */
export async function launches({ small, tell }) {
  const backend = await cuda()
  const [a, out] = [backend.alloc([4, 64]), backend.alloc([64])]
  backend.write(a, new Float32Array(256))
  const { ms: wait } = await msOf(() => backend.read(out), small ? 5 : 100)
  for (const count of small ? [10] : [20, 200, 1000]) {
    const { ms } = await msOf(
      () => {
        for (let i = 0; i < count; i++) backend.sum(a, out)
        return backend.read(out)
      },
      small ? 3 : 30,
    )
    tell({ launches: count, usEach: (1000 * (ms - wait)) / count, usWait: 1000 * wait })
  }
  await backend.dispose()
}

/** Images of which a fifth of the pixels are bright, the same each time. */
function images(count, features) {
  const values = new Float32Array(count * features)
  let state = 1
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    values[i] = state < 2 ** 32 / 5 ? (state >>> 24) / 256 : 0
  }
  return { images: values, labels: Uint8Array.from({ length: count }, (_, i) => i % 10), count, features, classes: 10 }
}

/** The tutorial step, 784-128-10, T 50, B 64: ms on the GPU and on wasm, and the bits of all weights after eight. */
export async function steps({ small, tell }) {
  const batchSize = small ? 8 : 64
  const count = small ? 2 : 60
  const data = { train: images(batchSize * (count + 8), 784), test: images(1, 784) }
  const neuron = () => leaky({ beta: 0.9, surrogate: fastSigmoid({ slope: 25 }) })
  const learners = { bptt, eligibility, 'random-bp': randomBp }
  for (const [name, make] of Object.entries(learners))
    for (const [backend, create] of Object.entries({ cuda, wasm })) {
      if (!isLeft(0.2)) {
        tell({ skipped: `${name} on ${backend}` })
        continue
      }
      const session = createSession({
        network: sequential(784, [dense(small ? 16 : 128), neuron(), dense(10), neuron()]),
        ...{ learner: make({ optimizer: adam({ learningRate: 1e-3 }) }), encoder: poisson({ probability: 0.1 }) },
        ...{ loss: crossEntropy(), steps: small ? 10 : 50, seed: 1, backend: await create() },
      })
      const found = []
      let hash
      const onBatch = async ({ batch, milliseconds }) => {
        if (batch > 8) found.push(milliseconds)
        if (batch === 8) {
          const all = createHash('sha256')
          for (const [, { values }] of await session.snapshot()) all.update(Float32Array.from(values))
          hash = all.digest('hex').slice(0, 12)
        }
      }
      for await (const _ of session.train(data, { batchSize, test: 'last', onBatch }));
      tell({ step: name, backend, ms: median(found), fastest: Math.min(...found), hash })
      await session.dispose()
    }
}

/** Linear(n, n) and a layer of neurons, forward and backward, beside the products alone. */
export async function wide({ small, tell }) {
  const [batch, steps] = small ? [2, 10] : [16, 500]
  // The shares of time that are left behind the layer and behind the products, for each width.
  const widths = small ? { 32: [0.8, 0.6], 65: [0.4, 0.2] } : { 4096: [0.9, 0.8], 16384: [0.5, 0.2] }
  for (const [width, [layerEnd, productsEnd]] of Object.entries(widths)) {
    const n = Number(width)
    const device = await cuda()
    const network = sequential(n, [dense(n), lif({ surrogate: fastSigmoid({ slope: 25 }) })])
    const runtime = createRuntime({ network, loss: crossEntropy(), seed: 1, backend: device })
    const { backend } = runtime
    const input = backend.alloc([steps, batch, n], 'spikes')
    backend.write(
      input,
      Uint8Array.from({ length: steps * batch * n }, (_, i) => (Math.imul(i, 2654435761) >>> 0 < 2 ** 32 / 10 ? 1 : 0)),
    )
    const signal = backend.alloc([steps, batch, n])
    backend.write(signal, new Float32Array(steps * batch * n).fill(1e-3))
    const tiny = backend.alloc([1])
    const labels = new Uint8Array(batch)
    const given = { input, labels, steps, size: batch, progress: { update: 0, updates: 1, epoch: 0, epochs: 1 } }
    const times = small ? 2 : n > 8192 ? 5 : 20
    const layer = await msOf(
      async () => {
        const [pass] = forward(runtime, given, { learn: true })
        await backward(runtime, pass, { spike: signal }, { input: true })
        await backend.read(tiny)
        runtime.endStep()
      },
      times,
      2,
      layerEnd,
    )
    const [weight, current, gradient, below] = [
      [n, n],
      [steps, batch, n],
      [n, n],
      [steps, batch, n],
    ].map((shape) => backend.alloc(shape))
    backend.write(weight, new Float32Array(n * n).fill(0.01))
    const products = await msOf(
      async () => {
        backend.matmul(input, weight, current)
        backend.matmul(input, signal, gradient, { transposeA: true })
        backend.matmul(signal, weight, below, { transposeB: true })
        await backend.read(tiny)
      },
      times,
      2,
      productsEnd,
    )
    tell({
      n,
      batch,
      steps,
      ms: layer.ms,
      runs: layer.runs,
      productsMs: products.ms,
      productsRuns: products.runs,
      share: products.ms / layer.ms,
      GiB: device.usedBytes() / 2 ** 30,
    })
    await backend.dispose()
  }
}
