import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createAllocator } from '../src/allocator.ts'

const from = 1024
const size = 128 * 200

describe('the allocator', () => {
  test('gives pieces that never overlap, whatever is taken and given back, and all of it joins again', () => {
    const action = fc.record({ take: fc.integer({ min: 0, max: 4000 }), give: fc.nat() }, { requiredKeys: [] })
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (list) => {
        const allocator = createAllocator(from, from + size)
        const held: { address: number; bytes: number }[] = []
        let end = from + size
        for (const { take, give } of list) {
          if (give !== undefined && held.length > 0) {
            const [piece] = held.splice(give % held.length, 1)
            allocator.give(piece!.address, piece!.bytes)
          }
          if (take === undefined) continue
          let address = allocator.take(take)
          if (address === undefined) {
            allocator.extend(size)
            end += size
            address = allocator.take(take)
          }
          expect(address! % 128).toBe(0)
          expect(address).toBeGreaterThanOrEqual(from)
          expect(address! + take).toBeLessThanOrEqual(end)
          for (const other of held) {
            expect(address! + Math.max(1, take) <= other.address || other.address + other.bytes <= address!).toBe(true)
          }
          held.push({ address: address!, bytes: take })
        }
        for (const { address, bytes } of held) allocator.give(address, bytes)
        expect(allocator.used).toBe(0)
        expect(allocator.take(end - from)).toBe(from)
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  test('counts what is used in whole pieces', () => {
    const allocator = createAllocator(from, from + size)
    const address = allocator.take(129)!
    expect(allocator.used).toBe(256)
    allocator.extend(size)
    expect(allocator.used).toBe(256)
    allocator.give(address, 129)
    expect(allocator.used).toBe(0)
  })

  test('says when nothing fits, and takes the smallest piece that does', () => {
    const allocator = createAllocator(from, from + size)
    expect(allocator.take(size + 1)).toBeUndefined()
    const pieces = [256, 128, 128, 128].map((bytes) => allocator.take(bytes)!)
    allocator.give(pieces[0]!, 256)
    allocator.give(pieces[2]!, 128)
    expect(allocator.take(100)).toBe(pieces[2])
    expect(allocator.take(100)).toBe(pieces[0])
  })

  test('tells how much is free at the end', () => {
    const allocator = createAllocator(from, from + size)
    expect(allocator.tail).toBe(size)
    const [first, second] = [allocator.take(1000)!, allocator.take(size - 1024)!]
    expect(allocator.tail).toBe(0)
    allocator.give(first, 1000)
    expect(allocator.tail).toBe(0)
    allocator.extend(256)
    expect(allocator.tail).toBe(256)
    allocator.give(second, size - 1024)
    expect(allocator.tail).toBe(size + 256)
  })
})
