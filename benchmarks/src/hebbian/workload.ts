import { crossEntropy, dense, encode, poisson, reference, type Snapshot, sequential } from '@hillock/core'
import { createRuntime } from '@hillock/core/learner'
import { kWinners } from '@hillock/core/neurons'
import { stream, uniform } from '@hillock/core/random'
import { take } from '@hillock/datasets'
import { hebbian } from '@hillock/learner-hebbian'
import { images } from '../images.ts'
import type { Runner } from '../peers/turns.ts'

/** Seed 000 as its notebook sets it: 30 Hz in steps of 5 ms, membranes of 20 ms, a teacher of 80 Hz. */
export const workload = {
  batch: 64,
  steps: 20,
  inputs: 784,
  hidden: 256,
  classes: 10,
  winners: 32,
  beta: Math.exp(-5 / 20),
  rate: 0.01,
  taught: 0.02,
  anti: 0.01,
  decay: 5e-5,
}
const [teacher, probability, seed] = [0.4, 0.15, 0]
const { batch, steps, inputs, hidden, classes, beta, decay } = workload

const small = { weight: { normal: 0.01 }, bias: false } as const
const competing = (k: number) => kWinners({ beta, threshold: 0, k })
export const network = sequential(inputs, [
  dense(hidden, small),
  competing(workload.winners),
  dense(classes, small),
  competing(1),
])
export const weightNames = ['layer1.weight', 'layer2.weight']

const upkeep = { decay, normalize: true, clip: 1 }
export const learner = hebbian({
  teacher,
  layers: [
    { rule: 'oja', learningRate: workload.rate, ...upkeep },
    { rule: 'supervised', learningRate: workload.taught, antiHebbianRate: workload.anti, ...upkeep },
  ],
})

/** What every side starts from. */
export interface Start {
  readonly snapshot: Snapshot
  /** [T, B, inputs]. */
  readonly spikes: Float32Array
  readonly labels: Uint8Array
  /** [B, T]: 1 where the teacher fires. */
  readonly teacher: Uint8Array
}

/** What a side makes of a batch. */
export interface Outcome {
  /** How often the neurons of each layer fired in all. */
  readonly counts: readonly Float32Array[]
  readonly weights: readonly Float32Array[]
}

export interface Side {
  readonly runner: Runner
  outcome(): Promise<Outcome>
  end(): Promise<void>
}

export async function start(): Promise<Start> {
  const { images: pixels, labels } = take((await images()).train, batch)
  const backend = reference()
  const runtime = createRuntime({ network, backend, loss: crossEntropy(), seed })
  const input = backend.alloc([1, batch, inputs])
  backend.write(input, pixels)
  const random = { seed, stream: stream.encoding, step: 0, place: 0 }
  const spikes = await backend.read(encode(backend, poisson({ probability }), input, { steps, random }))
  const draw = (at: number) => uniform(seed, stream.teacher, 0, 0, Math.floor(at / steps), 0, at % steps)
  return {
    snapshot: await runtime.snapshot(),
    spikes: Float32Array.from(spikes),
    labels: Uint8Array.from(labels),
    teacher: Uint8Array.from({ length: batch * steps }, (_, at) => (draw(at) < teacher ? 1 : 0)),
  }
}
