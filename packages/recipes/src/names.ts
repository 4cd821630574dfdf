import type { Encoder, Loss, Neuron, Optimizer } from '@hillock/core'
import { constant, delta, latency, noise, poisson, regularRate, spikes } from '@hillock/core/encoders'
import { crossEntropy, meanSquaredError, negativeLogLikelihood } from '@hillock/core/losses'
import {
  adaptiveLif,
  alpha,
  gradedSpike,
  integrateAndFire,
  izhikevich,
  kWinners,
  lapicque,
  leaky,
  leakyIntegrator,
  lif,
  linear,
  refractoryLif,
  relu,
  synaptic,
} from '@hillock/core/neurons'
import { adam, adamax, adamW, cosine, type LrSchedule, perEpoch, rmsProp, sgd } from '@hillock/core/optimizers'
import { type Check, checkOptions, is } from '@hillock/core/options'
import {
  arctan,
  boxcar,
  fastSigmoid,
  gaussian,
  type Surrogate,
  sigmoid,
  straightThrough,
  triangular,
} from '@hillock/core/surrogates'

/** A factory of any options: what it is given has come as data, and it checks that itself. */
export type Factory<T> = (options: never) => T

/** Refuses what is not a table of factories. */
export const areFactories: Check = (value) =>
  is.record(value) ??
  (Object.values(value as object).every((make) => typeof make === 'function') ? undefined : 'give functions, uncalled')

/** What the words of a recipe stand for. */
export const neurons: Readonly<Record<string, Factory<Neuron>>> = {
  adaptiveLif,
  alpha,
  gradedSpike,
  integrateAndFire,
  izhikevich,
  kWinners,
  lapicque,
  leaky,
  leakyIntegrator,
  lif,
  linear,
  refractoryLif,
  relu,
  synaptic,
}

export const surrogates: Readonly<Record<string, Factory<Surrogate>>> = {
  arctan,
  boxcar,
  fastSigmoid,
  gaussian,
  sigmoid,
  straightThrough,
  triangular,
}

/** Encoders by the names that recipes use. */
export const encoders: Readonly<Record<string, Factory<Encoder>>> = {
  constant,
  delta,
  latency,
  noise,
  poisson,
  regularRate,
  spikes,
}

export const losses: Readonly<Record<string, Factory<Loss>>> = {
  crossEntropy,
  meanSquaredError,
  negativeLogLikelihood,
}

export const optimizers: Readonly<Record<string, Factory<Optimizer>>> = {
  adam,
  adamW,
  adamax,
  rmsProp,
  sgd,
}

export const schedules: Readonly<Record<string, Factory<LrSchedule>>> = {
  cosine,
  perEpoch(options: { readonly factors: readonly number[] }) {
    checkOptions('perEpoch', options, { factors: is.anything }, ['factors'])
    return perEpoch(options.factors)
  },
}
