import { expect, test } from '@jest/globals'
import { alpha } from '../../src/neurons/alpha.ts'
import { drive, pulse, steady, times } from './drive.ts'

test('alpha: a pulse rises and falls, and zero drops the current with the membrane', async () => {
  const [a, b] = [0.9, 0.8]
  const scale = Math.log(a) / (Math.log(b) - Math.log(a)) + 1
  const { v } = await drive(alpha({ alpha: a, beta: b, threshold: 9 }), pulse(30))
  v!.forEach((value, t) => {
    expect(value).toBeCloseTo(scale * (a ** t - b ** t), 12)
  })
  const fired = await drive(alpha({ alpha: a, beta: b, threshold: 0.1 }), pulse(30))
  expect(times(fired.spike)).toEqual([1])
  expect(fired.v!.slice(2)).toEqual(steady(0, 28))
})
