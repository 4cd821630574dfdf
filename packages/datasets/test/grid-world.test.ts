import { expect, test } from '@jest/globals'
import { gridWorld } from '../src/index.ts'

test('actions move within the walls, and the goal alone is rewarded, once', () => {
  const world = gridWorld({ size: 3, seed: 4 })
  expect([world.inputs, world.outputs]).toEqual([9, 4])
  expect([0, 1, 2, 3].map((action) => world.move(4, action))).toEqual([1, 5, 7, 3])
  expect([0, 3].map((action) => world.move(0, action))).toEqual([0, 0])
  expect([1, 2].map((action) => world.move(8, action))).toEqual([8, 8])
  expect(() => world.move(0, 4)).toThrow(expect.objectContaining({ code: 'HILLOCK_RANGE' }))
  expect(world.distances[world.goal]).toBe(0)
  expect(Math.max(...world.distances)).toBeLessThanOrEqual(4)

  world.begin(50, 0)
  const cells = () => {
    const seen = world.observe()
    return Array.from({ length: 50 }, (_, i) => seen.subarray(i * 9, (i + 1) * 9).indexOf(1))
  }
  let before = cells()
  expect(new Set(before).size).toBe(8)
  for (let k = 0; k < 40; k++) {
    const actions = before.map((_, i) => (i + k * 3 + (k >> 2)) % 4)
    const rewards = world.act(actions)
    const after = cells()
    for (const [i, cell] of before.entries()) {
      const next = cell < 0 ? world.goal : world.move(cell, actions[i]!)
      expect([rewards[i], after[i]]).toEqual([
        cell >= 0 && next === world.goal ? 1 : 0,
        next === world.goal ? -1 : next,
      ])
    }
    before = after
  }
})

test('the goal follows from the seed, the starts from it and the step', () => {
  const starts = (seed: number, step: number) => {
    const world = gridWorld({ seed })
    world.begin(20, step)
    return Array.from(world.observe())
  }
  expect(starts(1, 5)).toEqual(starts(1, 5))
  expect(starts(1, 5)).not.toEqual(starts(1, 6))
  expect(new Set(Array.from({ length: 20 }, (_, seed) => gridWorld({ seed }).goal)).size).toBeGreaterThan(8)
})

test('place cells respond the less, the farther a cell is', () => {
  const seen = gridWorld({ size: 3, spread: 0.5 }).seen(4)
  expect(seen[4]).toBe(1)
  expect(seen[1]).toBeCloseTo(Math.exp(-2), 6)
  expect(seen[0]).toBeCloseTo(Math.exp(-4), 6)
  const { images, count, features } = gridWorld({ size: 3 }).episodes(4)
  expect([images.length, count, features]).toEqual([36, 4, 9])
})
