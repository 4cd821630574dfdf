import * as core from '@hillock/core'

/** A factory of any options: what it is given has come as data, and it checks that itself. */
export type Factory<T> = (options: never) => T

/** Refuses what is not a table of factories. */
export const areFactories: core.Check = (value) =>
  core.is.record(value) ??
  (Object.values(value as object).every((make) => typeof make === 'function') ? undefined : 'give functions, uncalled')

/** What the words of a recipe stand for. */
export const neurons: Readonly<Record<string, Factory<core.Neuron>>> = {
  adaptiveLif: core.adaptiveLif,
  alpha: core.alpha,
  gradedSpike: core.gradedSpike,
  integrateAndFire: core.integrateAndFire,
  izhikevich: core.izhikevich,
  kWinners: core.kWinners,
  lapicque: core.lapicque,
  leaky: core.leaky,
  leakyIntegrator: core.leakyIntegrator,
  lif: core.lif,
  linear: core.linear,
  refractoryLif: core.refractoryLif,
  relu: core.relu,
  synaptic: core.synaptic,
}

export const surrogates: Readonly<Record<string, Factory<core.Surrogate>>> = {
  arctan: core.arctan,
  boxcar: core.boxcar,
  fastSigmoid: core.fastSigmoid,
  gaussian: core.gaussian,
  sigmoid: core.sigmoid,
  straightThrough: core.straightThrough,
  triangular: core.triangular,
}

export const encoders: Readonly<Record<string, Factory<core.Encoder>>> = {
  constant: core.constant,
  delta: core.delta,
  latency: core.latency,
  noise: core.noise,
  poisson: core.poisson,
  regularRate: core.regularRate,
  spikes: core.spikes,
}

export const losses: Readonly<Record<string, Factory<core.Loss>>> = {
  crossEntropy: core.crossEntropy,
  meanSquaredError: core.meanSquaredError,
  negativeLogLikelihood: core.negativeLogLikelihood,
}

export const optimizers: Readonly<Record<string, Factory<core.Optimizer>>> = {
  adam: core.adam,
  adamW: core.adamW,
  adamax: core.adamax,
  rmsProp: core.rmsProp,
  sgd: core.sgd,
}

export const schedules: Readonly<Record<string, Factory<core.Schedule>>> = {
  cosine: core.cosine,
  perEpoch(options: { readonly factors: readonly number[] }) {
    core.checkOptions('perEpoch', options, { factors: core.is.anything }, ['factors'])
    return core.perEpoch(options.factors)
  },
}
