import { expect, test } from '@jest/globals'
import { lapicque } from '../../src/neurons/lapicque.ts'
import { drive, steady } from './drive.ts'

test('lapicque settles at R I with time constant R C', async () => {
  const { v } = await drive(lapicque({ R: 2, C: 0.005, threshold: 9 }), steady(1.5, 100))
  expect(v![9]).toBeCloseTo(3 * (1 - 0.9 ** 10), 12)
  expect(v!.at(-1)).toBeCloseTo(3, 3)
})
