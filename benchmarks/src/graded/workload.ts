import { dense, encode, reference, type Snapshot, sequential, sgd } from '@hillock/core'
import { noise } from '@hillock/core/encoders'
import { createRuntime } from '@hillock/core/learner'
import { negativeLogLikelihood } from '@hillock/core/losses'
import { gradedSpike } from '@hillock/core/neurons'
import { stream } from '@hillock/core/random'
import { take } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { images } from '../images.ts'

/** Seed 001 as its notebook sets it: graded spikes, an input that flickers from -0.5 to 0.5, and no zero in any of it. */
export const workload = {
  batch: 1000,
  steps: 128,
  sizes: [784, 100, 10],
  decay: 0.9,
  threshold: 1,
  penalty: 1.5,
  momentum: 0.5,
  /** Samples that sides are compared on before they are timed. */
  checked: 20,
}
const { steps, sizes, decay, threshold, penalty, momentum, checked } = workload
/** How many images there are to take batches from. */
const pool = 4 * workload.batch

export const network = sequential(
  sizes[0]!,
  sizes
    .slice(1)
    .flatMap((size) => [dense(size, { weight: 'xavierUniform' }), gradedSpike({ decay, threshold, penalty })]),
)
export const encoder = noise({ offset: -0.5 })
export const loss = negativeLogLikelihood({ on: 'delayed' })
export const learner = (rate: number) => bptt({ optimizer: sgd({ learningRate: rate, momentum }) })

/** What every side starts from. */
export interface Start {
  readonly snapshot: Snapshot
  /** [pool, inputs]. */
  readonly images: Float32Array
  readonly labels: Uint8Array
  /** The first images as they flicker: [T, checked, inputs]. */
  readonly input: Float32Array
}

export async function start(): Promise<Start> {
  const backend = reference()
  const runtime = createRuntime({ network, backend, loss, seed: 1 })
  const data = take((await images()).train, pool)
  const pixels = backend.alloc([1, checked, sizes[0]!])
  backend.write(pixels, data.images.subarray(0, checked * sizes[0]!))
  const random = { seed: 1, stream: stream.encoding, step: 0, place: 0 }
  const input = await backend.read(encode(backend, encoder, pixels, { steps, random }))
  return {
    snapshot: await runtime.snapshot(),
    images: Float32Array.from(data.images),
    labels: Uint8Array.from(data.labels),
    input: Float32Array.from(input),
  }
}
