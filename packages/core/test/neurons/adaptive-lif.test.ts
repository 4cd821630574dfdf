import { expect, test } from '@jest/globals'
import { adaptiveLif } from '../../src/neurons/adaptive-lif.ts'
import { drive, steady, times } from './drive.ts'

test('adaptiveLif fires ever more slowly', async () => {
  const { spike, level } = await drive(adaptiveLif({ strength: 0.5, record: ['level'] }), steady(0.5, 200))
  const fired = times(spike)
  const gaps = fired.slice(1).map((t, i) => t - fired[i]!)
  expect(gaps.at(-1)).toBeGreaterThan(gaps[0]!)
  expect(level![fired[0]! + 1]).toBeCloseTo(1.5, 12)
})
