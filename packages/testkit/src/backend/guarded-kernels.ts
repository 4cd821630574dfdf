import { kernels } from '@hillock/core/backend'
import { boxcar, sigmoid } from '@hillock/core/surrogates'

export const learning = kernels(
  {
    name: 'guarded',
    equations: `
      v = beta * v + input
      pre = v
      spike = heaviside(v + threshold)
      v = v - 0.5 * spike`,
    inputs: ['input'],
    params: ['beta', 'threshold'],
    state: { v: 'threshold' },
    outputs: ['spike'],
    record: ['pre'],
    surrogate: boxcar({ width: 0.5 }),
  },
  ['beta', 'threshold'],
)
export const competing = kernels(
  {
    name: 'guarded together',
    equations: 'v = beta * v + input\nspike = winners(v + threshold, 3)\nv = v - total(spike) / 4',
    inputs: ['input'],
    params: ['beta', 'threshold'],
    state: { v: 0 },
    outputs: ['spike'],
    record: [],
    surrogate: sigmoid(),
  },
  ['beta', 'threshold'],
)
export const chance = kernels({
  name: 'guarded chance',
  equations: 'spike = (uniform() < p) * (uniform() < abs(input))',
  inputs: ['input'],
  params: ['p'],
  state: {},
  outputs: ['spike'],
  record: [],
})
export const draw = kernels({
  name: 'guarded draw',
  equations: 'spike = uniform() < input',
  inputs: ['input'],
  params: [],
  state: {},
  outputs: ['spike'],
  record: [],
})
export const doubling = kernels({
  name: 'guarded map',
  equations: 'm = 0.5 * m + g * rate + uniform()',
  inputs: ['g'],
  params: ['rate'],
  state: { m: 0 },
  outputs: [],
  record: [],
})
