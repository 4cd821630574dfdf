import { describe, expect, test } from '@jest/globals'
import { lif } from '../../src/neurons/lif.ts'
import { drive, pulse } from './drive.ts'

describe('lif', () => {
  test.each([
    ['subtract', 0.5],
    ['zero', 0],
    ['none', 1.5],
  ] as const)('reset %s leaves %d of 1.5', async (reset, left) => {
    const { v, pre } = await drive(lif({ reset, record: ['pre'] }), [1.5])
    expect([pre, v]).toEqual([[1.5], [left]])
  })

  test('leaks by beta', async () => {
    expect((await drive(lif({ beta: 0.5, threshold: 2 }), pulse(4))).v).toEqual([1, 0.5, 0.25, 0.125])
  })

  test('refuses an unknown reset', () => {
    expect(() => lif({ reset: 'hard' as 'zero' })).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  })
})
