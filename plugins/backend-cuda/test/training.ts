import {
  adam,
  type Backend,
  createSession,
  crossEntropy,
  dense,
  type Examples,
  fastSigmoid,
  type Learner,
  type Loss,
  lif,
  type Network,
  type Neuron,
  poisson,
  type Session,
  type SessionOptions,
  sequential,
} from '@hillock/core'
import { kWinners, linear } from '@hillock/core/neurons'
import { bptt } from '@hillock/learner-bptt'
import { decolle } from '@hillock/learner-decolle'
import { eligibility } from '@hillock/learner-eligibility'
import { hebbian } from '@hillock/learner-hebbian'
import { randomBp } from '@hillock/learner-random-bp'
import { stdp } from '@hillock/learner-stdp'

/** Images of which every fourth pixel is bright, from another one on for each class. */
function stripes(count: number): Examples {
  const features = 35
  const images = new Float32Array(count * features)
  const labels = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    labels[i] = i % 4
    for (let n = 0; n < features; n++) images[i * features + n] = n % 4 === i % 4 ? 0.9 : ((i * 7 + n * 5) % 8) / 40
  }
  return { images, labels, count, features, classes: 4 }
}

export const data = { train: stripes(64), test: stripes(16) }

const total = crossEntropy()
const each = crossEntropy({ reduce: 'each' })
const optimizer = adam({ learningRate: 5e-3 })
const neuron = () => lif({ beta: 0.9, surrogate: fastSigmoid({ slope: 10 }) })
/** Has a layer whose last word of spikes is not full. */
const firing = () => sequential(data.train.features, [dense(45), neuron(), dense(4), neuron()])
/** Has a layer in which two of all neurons fire, each with a threshold of its own where it is learnt. */
const competing = (first: Neuron, readout: Neuron) =>
  sequential(data.train.features, [
    dense(45, { weight: { uniform: [0, 0.3] }, bias: false }),
    first,
    dense(4, { bias: false }),
    readout,
  ])

/** Each learner with a network for it, and a loss. */
export const learners = {
  bptt: [() => bptt({ optimizer }), firing, total],
  eligibility: [() => eligibility({ optimizer }), firing, total],
  'eligibility online': [() => eligibility({ optimizer, mode: 'online' }), firing, each],
  'random-bp': [() => randomBp({ optimizer }), firing, total],
  decolle: [() => decolle({ optimizer }), firing, total],
  hebbian: [
    () =>
      hebbian({
        teacher: 0.5,
        layers: [
          { rule: 'oja', learningRate: 0.05, decay: 1e-4, normalize: true, recruit: true },
          { rule: 'supervised', learningRate: 0.1, antiHebbianRate: 0.1, normalize: true, clip: 1 },
        ],
      }),
    () => competing(kWinners({ threshold: 0.5, k: 2 }), kWinners({ threshold: 0.1, k: 1 })),
    total,
  ],
  stdp: [
    () =>
      stdp({
        potentiation: 0.002,
        depression: 0.002,
        total: 5,
        homeostasis: { raise: 0.05, fade: 0.001, rest: 5 },
        readout: {},
      }),
    () => competing(kWinners({ threshold: new Array(45).fill(0.5), k: 2, learn: ['threshold'] }), linear()),
    total,
  ],
} as const satisfies Readonly<Record<string, readonly [() => Learner, () => Network, Loss]>>

export type LearnerName = keyof typeof learners

export function training(
  backend: Backend,
  {
    learner = 'bptt',
    ...from
  }: Pick<SessionOptions, 'snapshot' | 'counters'> & { readonly learner?: LearnerName } = {},
): Session {
  const [make, network, loss] = learners[learner]
  return createSession({
    ...{ network: network(), learner: make(), backend },
    ...{ encoder: poisson(), loss, steps: 10, seed: 3 },
    ...from,
  })
}
