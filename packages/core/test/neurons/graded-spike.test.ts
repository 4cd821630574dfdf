import { expect, test } from '@jest/globals'
import { gradedSpike } from '../../src/neurons/graded-spike.ts'
import { drive } from './drive.ts'

test('gradedSpike: what exceeds the threshold goes out a step later, and the membrane swings below rest', async () => {
  const { spike, v, delayed } = await drive(gradedSpike(), [3, 0, 0])
  expect(spike).toEqual([0, 2, 0])
  expect(v![0]).toBe(-1.5)
  expect(delayed).toEqual([0, v![0], v![1]])
})
