import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createAllocator } from '../src/allocator.ts'

test('stretches never overlap, lie within the heap, and grow together when they are freed', () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.constant('give'), fc.constant('extend')), {
    maxLength: 200,
  })
  fc.assert(
    fc.property(steps, fc.infiniteStream(fc.nat(1000)), (all, picks) => {
      const allocator = createAllocator()
      const [regions, taken] = [[] as { at: number; words: number }[], [] as { at: number; words: number }[]]
      let end = 64
      for (const step of all) {
        const { value: pick } = picks.next()
        if (step === 'extend') {
          // with a gap between, or without
          const region = { at: end + (pick % 2) * 64, words: 64 * (1 + (pick % 200)) }
          end = region.at + region.words
          regions.push(region)
          allocator.extend(region)
        } else if (step === 'give') {
          const [given] = taken.splice(pick % Math.max(1, taken.length), 1)
          if (given) allocator.give(given.at, given.words)
        } else {
          const at = allocator.take(step)
          if (at === undefined) continue
          expect(at % 64).toBe(0)
          expect(taken.every((other) => at + step <= other.at || other.at + other.words <= at)).toBe(true)
          taken.push({ at, words: step })
        }
      }
      for (const { at, words } of taken) allocator.give(at, words)
      expect(allocator.used).toBe(0)
      expect(allocator.size).toBe(regions.reduce((sum, { words }) => sum + words, 0))
      // all of each region is one stretch again
      for (const { at, words } of regions) {
        const longest = allocator.take(words)
        expect(longest).toBeDefined()
        allocator.give(longest!, words)
        expect(at).toBeGreaterThanOrEqual(0)
      }
    }),
    { seed: 1, numRuns: 300 },
  )
})

test('nothing is taken from what is full, and the least stretch is 64 words', () => {
  const allocator = createAllocator()
  expect(allocator.take(1)).toBeUndefined()
  allocator.extend({ at: 128, words: 128 })
  expect([allocator.take(0), allocator.take(1), allocator.take(1)]).toEqual([128, 192, undefined])
  allocator.give(128, 0)
  expect(allocator.take(64)).toBe(128)
})
