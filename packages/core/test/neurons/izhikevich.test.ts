import { describe, expect, test } from '@jest/globals'
import { izhikevich } from '../../src/neurons/izhikevich.ts'
import { drive, steady, times } from './drive.ts'

describe('izhikevich', () => {
  // The three cells and the current of figure 2 in the paper.
  const firing = async (options: Parameters<typeof izhikevich>[0]) => {
    const fired = times((await drive(izhikevich(options), [...steady(0, 50), ...steady(10, 450)])).spike)
    return { fired, gaps: fired.slice(1).map((t, i) => t - fired[i]!) }
  }

  test('regular spiking: silent at rest, then slower after the first spikes', async () => {
    const { fired, gaps } = await firing({})
    expect(fired[0]).toBeGreaterThanOrEqual(50)
    expect(gaps.at(-1)).toBeGreaterThan(gaps[0]!)
  })

  test('fast spiking: several times as many spikes', async () => {
    const [fast, regular] = [await firing({ a: 0.1, d: 2 }), await firing({})]
    expect(fast.fired.length).toBeGreaterThan(2 * regular.fired.length)
  })

  test('chattering: bursts', async () => {
    const { gaps } = await firing({ c: -50, d: 2 })
    expect(Math.min(...gaps)).toBeLessThan(5)
    expect(Math.max(...gaps)).toBeGreaterThan(15)
  })
})
