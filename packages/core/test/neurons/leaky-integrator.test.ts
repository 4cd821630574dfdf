import { expect, test } from '@jest/globals'
import { leakyIntegrator } from '../../src/neurons/leaky-integrator.ts'
import { drive } from './drive.ts'

test('leakyIntegrator gives out its membrane', async () => {
  expect((await drive(leakyIntegrator({ beta: 0.5 }), [1, 1, 1])).spike).toEqual([1, 1.5, 1.75])
})
