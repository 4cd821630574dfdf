import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Access, createCommandQueue } from '../src/command-queue.ts'

const piece = (address: number, bytes = 64) => ({ address, bytes })
const samples = 16

/** Ids of the groups' commands, in the order in which they were made. */
function grouped(threads: number, accesses: readonly Access[]): number[][] {
  const queue = createCommandQueue(threads)
  accesses.forEach((access, id) => {
    queue.add({ id, units: access.samples ?? 1, args: [], access, part: undefined })
  })
  return queue.take().map(({ commands }) => commands.map(({ id }) => id))
}

describe('commands', () => {
  const [a, b, c, w, g] = [1, 2, 3, 4, 5].map((address) => piece(address)) as [
    ReturnType<typeof piece>,
    ReturnType<typeof piece>,
    ReturnType<typeof piece>,
    ReturnType<typeof piece>,
    ReturnType<typeof piece>,
  ]

  test('of the same samples are taken together as long as each sample keeps to itself', () => {
    const forward = [
      { samples, writes: [a] },
      { samples, reads: [a], shared: [w], writes: [b] },
      { samples, reads: [b], writes: [c] },
    ]
    expect(grouped(2, forward)).toEqual([[0, 1, 2]])
  })

  test('wait for all of what they read whole', () => {
    const gradient = [
      { samples, writes: [a] },
      { reads: [a], writes: [g] },
      { reads: [g], writes: [w] },
    ]
    expect(grouped(2, gradient)).toEqual([[0], [1], [2]])
    expect(
      grouped(2, [
        { samples, writes: [a] },
        { samples, shared: [a], writes: [b] },
      ]),
    ).toEqual([[0], [1]])
  })

  test('that have nothing to do with each other are one group, and come early', () => {
    const backward = [
      { samples, writes: [a] },
      { reads: [a], writes: [g] },
      { reads: [w], writes: [c] },
      { samples, reads: [a], shared: [c], writes: [b] },
      { reads: [b], writes: [piece(6)] },
    ]
    expect(grouped(2, backward)).toEqual([[2], [0, 3], [1, 4]])
  })

  test('of few samples are shared by the threads', () => {
    const few = (threads: number) =>
      grouped(threads, [
        { samples: 7, writes: [a] },
        { samples: 7, reads: [a], writes: [b] },
      ])
    expect([few(1), few(2)]).toEqual([[[0, 1]], [[0], [1]]])
  })

  test('never make a group that is too long to be told to threads', () => {
    const many = Array.from({ length: 1000 }, (_, i) => ({ samples, reads: [piece(i)], writes: [piece(i + 1)] }))
    const groups = grouped(1, many)
    expect(Math.max(...groups.map(({ length }) => length))).toBe(128)
    expect(groups.flat()).toEqual(many.map((_, i) => i))
  })
})

test('whatever commands touch, none sees other values than in the order given', () => {
  const places = fc.subarray([1, 2, 3, 4, 5], { maxLength: 2 })
  const access = fc
    .record({ samples: fc.constantFrom(undefined, 8, 8, 16), reads: places, shared: places, writes: places })
    .map(({ samples, reads, shared, writes }) => ({
      samples: samples as number | undefined,
      reads,
      // What a command overwrites it cannot share.
      shared: shared.filter((address) => !writes.includes(address)),
      writes,
    }))
  const property = fc.property(fc.array(access, { maxLength: 12 }), fc.constantFrom(1, 2), (list, threads) => {
    const queue = createCommandQueue(threads)
    list.forEach(({ samples, reads, shared, writes }, id) => {
      const pieces = (addresses: readonly number[]) => addresses.map((address) => piece(address))
      const touched = { reads: pieces(reads), shared: pieces(shared), writes: pieces(writes) }
      queue.add({ id, units: 16, args: [], access: { ...(samples && { samples }), ...touched }, part: undefined })
    })
    // Where each command stands: its group, and its place within it.
    const at = new Map<number, readonly [group: number, place: number]>()
    const groups = queue.take()
    groups.forEach(({ commands }, g) => {
      commands.forEach(({ id }, i) => void at.set(id, [g, i]))
    })
    expect(at.size).toBe(list.length)
    for (const [later, second] of list.entries()) {
      for (const [earlier, first] of list.slice(0, later).entries()) {
        const bySample = (id: number, address: number) =>
          groups[at.get(id)![0]]!.samples !== undefined && !list[id]!.shared.includes(address)
        for (const address of [1, 2, 3, 4, 5]) {
          const [wrote, writes] = [first.writes.includes(address), second.writes.includes(address)]
          const [read, reads] = [first, second].map((one) => [...one.reads, ...one.shared].includes(address))
          if (!((wrote && (reads || writes)) || (read && writes))) continue
          const [[g1, i1], [g2, i2]] = [at.get(earlier)!, at.get(later)!]
          const aligned = bySample(earlier, address) && bySample(later, address)
          if (!(g1 < g2 || (g1 === g2 && aligned && i1 < i2))) throw new Error(`${later} does not see ${earlier}`)
        }
      }
    }
  })
  fc.assert(property, { seed: 1, numRuns: 3000 })
})
