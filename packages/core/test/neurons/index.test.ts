import { expect, test } from '@jest/globals'
import {
  adaptiveLif,
  alpha,
  gradedSpike,
  integrateAndFire,
  izhikevich,
  lapicque,
  leaky,
  leakyIntegrator,
  lif,
  linear,
  refractoryLif,
  relu,
} from '../../src/neurons/index.ts'

test('which neurons promise spikes', () => {
  const spiking = [
    adaptiveLif(),
    alpha(),
    integrateAndFire(),
    izhikevich(),
    lapicque(),
    leaky(),
    lif(),
    refractoryLif(),
  ]
  expect(spiking.filter(({ binary }) => !binary)).toEqual([])
  expect([gradedSpike(), leakyIntegrator(), relu(), linear()].filter(({ binary }) => binary)).toEqual([])
})

test('a parameter is a number or one for each neuron, and only a parameter is learnt', () => {
  const option = (message: string) =>
    expect.objectContaining({ code: 'HILLOCK_OPTION', message: expect.stringContaining(message) })
  expect(() => lif({ beta: 'large' as unknown as number })).toThrow(option("'beta' is 'large'"))
  expect(() => lif({ learn: ['gamma' as 'beta'] })).toThrow(option("cannot learn 'gamma'"))
})
