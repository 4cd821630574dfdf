import {
  adam,
  constant,
  crossEntropy,
  dense,
  type Encoder,
  fastSigmoid,
  type Learner,
  leaky,
  type Network,
  poisson,
  type SessionOptions,
  sequential,
} from '@hillock/core'
import type { Surrogate } from '@hillock/core/neurons'
import { boxcar } from '@hillock/core/surrogates'
import { bptt } from '@hillock/learner-bptt'
import { eligibility } from '@hillock/learner-eligibility'
import { randomBp } from '@hillock/learner-random-bp'

/** A network and the training step it is measured by, as plain data that other libraries can be told. */
export interface Workload {
  readonly name: string
  readonly about: string
  readonly sizes: readonly number[]
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

export const networkOf = ({ sizes: [inputs, ...sizes], surrogate }: Workload): Network =>
  sequential(
    inputs!,
    sizes.flatMap((size) => [dense(size), leaky({ beta, surrogate: surrogates[surrogate] })]),
  )

export const encoderOf = ({ probability }: Workload): Encoder =>
  probability === undefined ? constant() : poisson({ probability })

/** Learners that train any of these networks, by name. */
export const learners = {
  bptt: (rate = 1e-3): Learner => bptt({ optimizer: adam({ rate }) }),
  eligibility: (rate = 1e-3): Learner => eligibility({ optimizer: adam({ rate }) }),
  'random-bp': (rate = 1e-3): Learner => randomBp({ optimizer: adam({ rate }) }),
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
