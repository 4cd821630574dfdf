import {
  adam,
  constant,
  conv2d,
  crossEntropy,
  dense,
  type Encoder,
  fastSigmoid,
  type Learner,
  leaky,
  type Network,
  poisson,
  recurrent,
  type SessionOptions,
  sequential,
  sumPool,
} from '@hillock/core'
import type { Surrogate } from '@hillock/core/neurons'
import { boxcar } from '@hillock/core/surrogates'
import type { Dataset } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { eligibility } from '@hillock/learner-eligibility'
import { randomBp } from '@hillock/learner-random-bp'

/** Leaky neurons and the connection before them: dense, or a convolution over windows of `kernel` and then sums over windows of `pool`. */
export interface LayerOf {
  /** Neurons, or channels of a convolution. */
  readonly units: number
  readonly kernel?: number
  readonly pool?: number
  /** What its neurons give out comes back to all of them a step later. */
  readonly recurrent?: true
}

/** What a workload is trained on, and what is looked at. */
export type Trained = Pick<Dataset, 'train' | 'test'>

/** A network and the training step it is measured by, as plain data that other libraries can be told. */
export interface Workload {
  readonly name: string
  readonly about: string
  /** How many inputs there are, and how many neurons in each layer. */
  readonly sizes: readonly number[]
  /** Of the input, channels last. Default: a list. */
  readonly shape?: readonly number[]
  /** Default: all dense. */
  readonly layers?: readonly LayerOf[]
  /** What it is trained on. Default: MNIST. */
  readonly data?: () => Promise<Trained>
  readonly steps: number
  readonly batch: number
  /** A white pixel fires with this probability; absent where images are a constant current. */
  readonly probability?: number
  readonly surrogate: 'fastSigmoid' | 'boxcar'
  /** How the network comes to fire before it is measured: by so many training steps, or by weights made as large as it takes. */
  readonly start: { readonly trained: number } | { readonly density: number }
  /** What it is compared with: not with tfjs where a single step of it takes long. */
  readonly peers: readonly ('snntorch' | 'torch' | 'tfjs')[]
}

/** Learning rate of timed steps: all the work of an update, and a network that stays what it is however many steps are taken. */
export const timedRate = 1e-6

export const beta = 0.9
export const surrogates: Readonly<Record<Workload['surrogate'], Surrogate>> = {
  fastSigmoid: fastSigmoid({ slope: 25 }),
  boxcar: boxcar({ width: 0.25 }),
}

export const workloads: readonly Workload[] = [
  {
    name: 'tutorial',
    about: '784-128-10, T = 50, B = 64, Poisson input at 0.1 x pixel',
    sizes: [784, 128, 10],
    steps: 50,
    batch: 64,
    probability: 0.1,
    surrogate: 'fastSigmoid',
    start: { trained: 200 },
    peers: ['snntorch', 'torch', 'tfjs'],
  },
  {
    name: 'constant',
    about: '784-128-10, T = 20, B = 64, the image as a constant current',
    sizes: [784, 128, 10],
    steps: 20,
    batch: 64,
    surrogate: 'fastSigmoid',
    start: { trained: 200 },
    peers: ['snntorch', 'torch', 'tfjs'],
  },
  {
    name: 'wide',
    about: '784-1024-1024-10, T = 25, B = 128, Poisson input at 0.1 x pixel, weights such that 10 % of neurons fire',
    sizes: [784, 1024, 1024, 10],
    steps: 25,
    batch: 128,
    probability: 0.1,
    surrogate: 'fastSigmoid',
    start: { density: 0.1 },
    peers: ['snntorch', 'torch'],
  },
  {
    name: 'wide-compact',
    about:
      'the wide net with a boxcar for surrogate: no gradient where the membrane is further than 0.25 from threshold',
    sizes: [784, 1024, 1024, 10],
    steps: 25,
    batch: 128,
    probability: 0.1,
    surrogate: 'boxcar',
    start: { density: 0.1 },
    peers: ['snntorch', 'torch'],
  },
]

/** What a network is made of, whether it is all dense or not. */
export const madeOf = ({ sizes: [inputs, ...sizes], shape, layers }: Workload) => ({
  shape: shape ?? [inputs!],
  layers: layers ?? sizes.map((units): LayerOf => ({ units })),
})

export function networkOf(workload: Workload): Network {
  const { shape, layers } = madeOf(workload)
  const parts = layers.flatMap(({ units, kernel, pool, recurrent: again }) => {
    const neurons = leaky({ beta, surrogate: surrogates[workload.surrogate] })
    const connection = kernel === undefined ? dense(units) : conv2d(units, kernel)
    return [connection, ...(pool === undefined ? [] : [sumPool(pool)]), again ? recurrent(neurons) : neurons]
  })
  return sequential(shape, parts)
}

export const encoderOf = ({ probability }: Workload): Encoder =>
  probability === undefined ? constant() : poisson({ probability })

/** Learners that train any of these networks, by name. */
export const learners = {
  bptt: (rate = 1e-3): Learner => bptt({ optimizer: adam({ learningRate: rate }) }),
  eligibility: (rate = 1e-3): Learner => eligibility({ optimizer: adam({ learningRate: rate }) }),
  'random-bp': (rate = 1e-3): Learner => randomBp({ optimizer: adam({ learningRate: rate }) }),
}

/** All that a session needs but the backend. */
export const sessionOf = (workload: Workload, learner: Learner): Omit<SessionOptions, 'backend'> => ({
  network: networkOf(workload),
  learner,
  encoder: encoderOf(workload),
  loss: crossEntropy(),
  steps: workload.steps,
  seed: 1,
})
