import { wasm } from '@hillock/backend-wasm'
import {
  createSession,
  dense,
  encode,
  fastSigmoid,
  meanSquaredError,
  poisson,
  reference,
  type Snapshot,
  sequential,
  sgd,
  synaptic,
} from '@hillock/core'
import { stream } from '@hillock/core/random'
import { take } from '@hillock/datasets'
import { eligibility } from '@hillock/learner-eligibility'
import { images } from '../images.ts'
import { createStepper } from '../stepper.ts'

/** The traces of seed 004 over Poisson spikes: synapses of 5 ms, membranes and traces of 20 ms, steps of 1 ms. */
export const workload = {
  batch: 64,
  steps: 50,
  sizes: [784, 128, 10],
  probability: 0.1,
  alpha: Math.exp(-1 / 5),
  beta: Math.exp(-1 / 20),
  decay: Math.exp(-1 / 20),
  threshold: 1,
  slope: 25,
}
const { batch, steps, sizes, probability, alpha, beta, decay, threshold, slope } = workload

const neuron = () => synaptic({ alpha, beta, threshold, atThreshold: true, surrogate: fastSigmoid({ slope }) })
export const network = sequential(
  sizes[0]!,
  sizes.slice(1).flatMap((size) => [dense(size, { weight: 'lecunNormal', bias: false }), neuron()]),
)
export const loss = meanSquaredError()
export const parameters = ['layer1.weight', 'layer2.weight', 'layer1.feedback']

export const learner = (rate: number) =>
  eligibility({ trace: 'exponential', decay, deviation: 0.1, optimizer: sgd({ learningRate: rate }) })

/** What every side starts from. */
export interface Start {
  readonly snapshot: Snapshot
  /** [T, B, inputs]. */
  readonly spikes: Float32Array
  readonly labels: Uint8Array
  /** Share of the input and of each layer's neurons that fire. */
  readonly density: readonly number[]
}

/**
 * A network that has learnt for 200 batches, so that it fires as networks do. Weights are rounded to 1/1024: their sums are exact in any
 * order, and all sides must find the same spikes to the last one.
 */
export async function start(): Promise<Start> {
  const data = await images()
  const backend = await wasm({ threads: 1 })
  const encoder = poisson({ probability })
  const session = createSession({ network, learner: learner(0.1), encoder, loss, steps, backend, seed: 1 })
  const stepper = createStepper(session, { train: data.train, test: take(data.test, 1) }, batch)
  for (let i = 0; i < 200; i++) await stepper.step()
  await stepper.stop()
  const { density } = await session.evaluate(take(data.test, batch))
  const learnt = await session.snapshot()
  await session.dispose()
  const rounded = (values: ArrayLike<number>) => Float32Array.from(values, (value) => Math.round(1024 * value) / 1024)
  const snapshot = new Map(
    parameters.map((name) => {
      const { shape, values } = learnt.get(name)!
      return [name, { shape, values: rounded(values) }]
    }),
  )
  const { images: pixels, labels } = take(data.train, batch)
  return { snapshot, spikes: await encoded(pixels), labels: Uint8Array.from(labels), density }
}

async function encoded(pixels: Float32Array): Promise<Float32Array> {
  const backend = reference()
  const input = backend.alloc([1, batch, sizes[0]!])
  backend.write(input, pixels)
  const random = { seed: 1, stream: stream.encoding, step: 0, place: 0 }
  return Float32Array.from(await backend.read(encode(backend, poisson({ probability }), input, { steps, random })))
}
