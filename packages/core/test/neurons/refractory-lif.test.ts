import { expect, test } from '@jest/globals'
import { refractoryLif } from '../../src/neurons/refractory-lif.ts'
import { drive, steady, times } from './drive.ts'

test.each([0, 1, 3])('refractoryLif with period %d is silent for as many steps', async (period) => {
  const { spike } = await drive(refractoryLif({ period }), steady(2, 20))
  expect(times(spike)).toEqual(Array.from({ length: Math.ceil(20 / (period + 1)) }, (_, i) => i * (period + 1)))
})
