import { describe, expect, test } from '@jest/globals'
import { neuron } from '../../src/neuron.ts'
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
  synaptic,
} from '../../src/neurons/index.ts'

describe('each neuron refuses what it cannot take', () => {
  test.each<[string, () => unknown, string]>([
    ['lif', () => lif({ beta: 1.5 }), "'beta' is 1.5\ngive a number from 0 to 1"],
    ['lif', () => lif({ beta: -0.1 }), "'beta' is -0.1\ngive a number from 0 to 1"],
    ['lif', () => lif({ threshold: -1 }), "'threshold' is -1\ngive a number from 0"],
    ['lif', () => lif({ threshold: [1, -1, 2] }), "'threshold' of neuron 1 is -1\ngive a number from 0"],
    ['lif', () => lif({ threshold: Infinity }), "'threshold' is Infinity\ngive a number from 0"],
    ['lif', () => lif({ threshold: 1e39 }), "'threshold' is 1e+39\ngive a number from 0"], // infinite in f32
    ['lif', () => lif({ threshold: Number.NaN }), "'threshold' is NaN\ngive a number from 0"],
    ['leaky', () => leaky({ beta: 1.5 }), "'beta' is 1.5\ngive a number from 0 to 1"],
    ['leakyIntegrator', () => leakyIntegrator({ beta: [0.5, 1.01] }), "'beta' of neuron 1 is 1.01"],
    ['integrateAndFire', () => integrateAndFire({ threshold: -1 }), "'threshold' is -1"],
    ['synaptic', () => synaptic({ alpha: 2 }), "'alpha' is 2\ngive a number from 0 to 1"],
    ['adaptiveLif', () => adaptiveLif({ rho: 1.1 }), "'rho' is 1.1"],
    ['adaptiveLif', () => adaptiveLif({ strength: -0.1 }), "'strength' is -0.1"],
    ['alpha', () => alpha({ alpha: 0.8 }), "'alpha' is 0.8\ngive a number above beta (0.8) and below 1"],
    ['alpha', () => alpha({ beta: 0.9 }), "'beta' is 0.9\ngive a number above 0 and below alpha (0.9)"],
    ['alpha', () => alpha({ beta: [0.1, 0.95] }), "'beta' of neuron 1 is 0.95"],
    ['alpha', () => alpha({ alpha: [0.9, 0.7] }), "'alpha' of neuron 1 is 0.7\ngive a number above beta (0.8)"],
    ['lapicque', () => lapicque({ dt: 0.03 }), "'dt' is 0.03\ngive a number above 0 and up to 2 * R * C (0.02)"],
    ['lapicque', () => lapicque({ R: 0 }), "'R' is 0\ngive a number from dt / (2 * C) (0.05)"],
    ['lapicque', () => lapicque({ C: 1e-4 }), "'C' is 0.0001\ngive a number from dt / (2 * R) (0.0005)"],
    ['lapicque', () => lapicque({ R: -1, C: -1 }), "'R' is -1"],
    ['lapicque', () => lapicque({ dt: 0 }), "'dt' is 0"],
    ['refractoryLif', () => refractoryLif({ period: 2.5 }), "'period' is 2.5\ngive a whole number from 0"],
    ['refractoryLif', () => refractoryLif({ period: -1 }), "'period' is -1\ngive a whole number from 0"],
    ['izhikevich', () => izhikevich({ dt: 3 }), "'dt' is 3\ngive a number above 0 and up to 1"],
    ['izhikevich', () => izhikevich({ a: 2.5 }), "'a' is 2.5\ngive a number from 0 to 2 / dt (2)"],
    ['izhikevich', () => izhikevich({ c: 40 }), "'c' is 40\ngive a number below peak (30)"],
    ['gradedSpike', () => gradedSpike({ threshold: 0 }), "'threshold' is 0\ngive a number above 0"],
    ['gradedSpike', () => gradedSpike({ penalty: -1 }), "'penalty' is -1"],
    ['kWinners', () => kWinners({ k: 1.5 }), "'k' is 1.5\ngive a whole number from 0"],
    ['kWinners', () => kWinners({ k: [1, 2] }), "'k' is [1, 2]\ngive a whole number from 0"],
    ['kWinners', () => kWinners({ inhibition: 1.1 }), "'inhibition' is 1.1"],
    ['kWinners', () => kWinners({ threshold: -Infinity }), "'threshold' is -Infinity\ngive a finite number"],
    ['lif', () => lif({ beta: [] }), "'beta' is []\ngive a number, or an array"],
    ['lif', () => lif({ beta: null as unknown as number }), "'beta' is null\ngive a number, or an array"],
    ['lif', () => lif({ detach: 'no' as unknown as boolean }), "'detach' is 'no'\ngive true or false"],
    ['lif', () => lif({ rest: 'zero' } as object), "has no parameter 'rest'\ndid you mean 'reset'?"],
    ['lif', () => lif({ lern: [] } as object), "has no parameter 'lern'\ndid you mean 'learn'?"],
    ['lif', () => lif({ learn: 'beta' as unknown as [] }), "'learn' is 'beta'\nwrite ['beta']"],
    ['lif', () => lif({ learn: ['bta' as 'beta'] }), "cannot learn 'bta'\ndid you mean 'beta'?"],
    ['lif', () => lif({ record: [1] as unknown as [] }), "'record' is [1]"],
    ['lif', () => lif(0.9 as unknown as object), 'the options are 0.9'],
    ['linear', () => linear(null as unknown as object), 'the options are null'],
    ['refractoryLif', () => refractoryLif({ learn: ['period'] }), "cannot learn 'period'\nit is a whole number"],
  ])('%s: %s', (name, make, message) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'HILLOCK_OPTION', message: expect.stringMatching(new RegExp(`^${name}\\b`)) }),
    )
    expect(make).toThrow(message)
  })

  test('arrays of different lengths', () => {
    expect(() => lif({ beta: [0.5, 0.6], threshold: [1, 1, 1] })).toThrow(
      expect.objectContaining({
        code: 'HILLOCK_SHAPE',
        message: expect.stringContaining("'beta' has 2 values, 'threshold' has 3"),
      }),
    )
  })

  test('the ends of ranges are taken', () => {
    lif({ beta: 0, threshold: 0 })
    lif({ beta: 1, threshold: 1e30 })
    lapicque({ dt: 0.02 })
    kWinners({ threshold: -1, k: 0, resetAmount: 0, inhibition: 1 })
    refractoryLif({ period: 0 })
    izhikevich({ a: 0, dt: 1 })
  })
})

describe('a neuron of one’s own refuses', () => {
  const mine =
    (more: object, params: object = {}) =>
    () =>
      neuron({
        name: 'mine',
        params: { tau: 2 },
        state: { v: 0 },
        equations: 'v = v + input / tau\nspike = v',
        ...more,
      })(params)
  const refused = (code: string, message: string) =>
    expect.objectContaining({ code, message: expect.stringContaining(message) })

  test.each<[string, () => unknown, string, string]>([
    [
      'a division by zero in what follows from parameters alone',
      mine({ equations: 'v = v + 1 / tau * input\nspike = v' }, { tau: 0 }),
      'HILLOCK_OPTION',
      "mine: what is computed of 'tau' alone is Infinity\nlook for a division by zero",
    ],
    [
      'one for one of its neurons',
      mine({ equations: 'v = v + log(tau) * input\nspike = v' }, { tau: [1, -1] }),
      'HILLOCK_OPTION',
      "of 'tau' alone is NaN",
    ],
    ['one in a start', mine({ state: { v: '1 / (tau - 2)' } }), 'HILLOCK_OPTION', "of 'tau' alone is Infinity"],
    ['a start that is NaN', mine({ state: { v: Number.NaN } }), 'HILLOCK_OPTION', "the state 'v' starts from NaN"],
    ['a start that is nothing', mine({ state: { v: [] } }), 'HILLOCK_OPTION', "the state 'v' starts from "],
    ['a start that is null', mine({ state: { v: null } }), 'HILLOCK_OPTION', "the state 'v' starts from null"],
    ['a start of texts', mine({ state: { v: ['0'] } }), 'HILLOCK_OPTION', "the state 'v' starts from 0"],
    [
      'starts and parameters of different lengths',
      mine({ state: { v: [0, 1] } }, { tau: [1, 2, 3] }),
      'HILLOCK_SHAPE',
      "'tau' has 3 values, 'v' has 2",
    ],
  ])('%s', (_, make, code, message) => {
    expect(make).toThrow(refused(code, message))
  })
})

test('an array that is changed later on does not change the neuron', () => {
  const beta = [0.5, 0.6]
  const made = lif({ beta })
  beta[0] = 7
  expect(made.params.beta).toEqual([0.5, 0.6])
})
