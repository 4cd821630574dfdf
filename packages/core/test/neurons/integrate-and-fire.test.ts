import { describe, expect, test } from '@jest/globals'
import { integrateAndFire } from '../../src/neurons/integrate-and-fire.ts'
import { drive, steady, times } from './drive.ts'

describe('integrateAndFire', () => {
  test('fires at the rate of its current, with nothing lost in the reset', async () => {
    const { spike, v } = await drive(integrateAndFire(), steady(0.375, 160))
    expect(times(spike).length).toBe(59)
    expect(times(spike).length + v!.at(-1)!).toBe(60)
  })

  test.each([
    [false, 2],
    [true, 1],
  ])('exactly at threshold, with atThreshold %s, first fires at step %d', async (atThreshold, first) => {
    expect(times((await drive(integrateAndFire({ atThreshold }), steady(0.5, 4))).spike)[0]).toBe(first)
  })
})
