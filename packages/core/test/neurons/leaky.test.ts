import { describe, expect, test } from '@jest/globals'
import { leaky } from '../../src/neurons/leaky.ts'
import { drive } from './drive.ts'

describe('leaky', () => {
  test.each([
    ['subtract', 1.5 * 0.5 + 0.25 - 1],
    ['zero', 0.25],
    ['none', 1.5 * 0.5 + 0.25],
  ] as const)('reset %s comes one step late', async (reset, second) => {
    expect((await drive(leaky({ beta: 0.5, reset }), [1.5, 0.25])).v).toEqual([1.5, second])
  })
})
