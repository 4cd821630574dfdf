import { describe, expect, test } from '@jest/globals'
import { kWinners } from '../../src/neurons/k-winners.ts'
import { drive } from './drive.ts'

describe('kWinners', () => {
  test('of those above threshold the k most excited fire, the first of equals', async () => {
    const currents = [
      [3, 2, 4],
      [2, 2, 2],
      [0.5, 0, 9],
    ]
    const { spike } = await drive(kWinners({ beta: 0, threshold: 1, k: 2 }), currents)
    expect(spike).toEqual([1, 0, 1, 1, 1, 0, 0, 0, 1])
  })

  test('a spike takes its amount off its own membrane, and its share off all', async () => {
    const of = { beta: 0, threshold: 1, k: 1, resetAmount: 1, inhibition: 0.5 }
    const currents = [
      [4, 2],
      [1, 0.5],
    ]
    expect((await drive(kWinners(of), currents)).v).toEqual([1.5, 1, 1, 0.5])
  })

  test('drop is the old name of resetAmount', () => {
    expect(kWinners({ drop: 2 }).params).toEqual(kWinners({ resetAmount: 2 }).params)
    expect(() => kWinners({ drop: 2, resetAmount: 2 })).toThrow("kWinners: 'drop' is the old name of 'resetAmount'")
  })
})
