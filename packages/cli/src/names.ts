import * as core from '@hillock/core'
import { z } from 'zod'
import { strictObject } from './objects.ts'

/** A factory of any options: what it is given has come as data, and it checks that itself. */
export type Factory<T> = (options: never) => T

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
  cosine: checked('cosine', core.cosine, { warmup: z.number().optional(), floor: z.number().optional() }),
  perEpoch: checked('perEpoch', ({ factors }: { factors: number[] }) => core.perEpoch(factors), {
    factors: z.array(z.number()),
  }),
}

/** A factory of plain functions, which do not look at their options: that is done here. Errors: HILLOCK_OPTION. */
function checked<T>(name: string, make: Factory<T>, shape: z.ZodRawShape): Factory<T> {
  const schema = strictObject(shape)
  return (options) => {
    const { success, error } = schema.safeParse(options)
    if (success) return make(options)
    const issue = error.issues[0]!
    const unknown = issue.code === 'unrecognized_keys'
    const found = unknown
      ? `${name} has no option '${issue.keys[0]}'`
      : `${[name, ...issue.path].join('.')}: ${issue.message}`
    const hint = unknown ? issue.message : `its options: ${Object.keys(shape).join(', ')}`
    throw new core.HillockError('HILLOCK_OPTION', found, { hint })
  }
}
