import { expect, test } from '@jest/globals'
import { takeTurns, turnsTable } from '../src/peers/turns.ts'

/** A side whose runs take so long, by its own word. */
const steady = (name: string, ms: number, order: string[]) => ({
  name,
  async run(count: number) {
    order.push(name)
    const times = new Array<number>(count).fill(ms)
    return { ms: times, cpuMs: times.map((time) => 2 * time) }
  },
})

test('sides take turns, and are compared with the first', async () => {
  const order: string[] = []
  const turns = await takeTurns([steady('ours', 10, order), steady('theirs', 40, order)], 3)
  expect(
    turns.map(({ side, ms, cpuMs, ratio, cpuRatio }) => [side, ms.median, cpuMs.median, ratio.median, cpuRatio.median]),
  ).toEqual([
    ['ours', 10, 20, 1, 1],
    ['theirs', 40, 80, 4, 4],
  ])
  // Twice each to see how long a run takes and to warm up, then five rounds, two of them without a record, in an order that rotates.
  const rounds = [
    ['ours', 'theirs'],
    ['theirs', 'ours'],
  ]
  expect(order).toEqual(['ours', 'ours', 'theirs', 'theirs', ...[0, 1, 0, 1, 0].flatMap((first) => rounds[first]!)])
  expect(turnsTable(turns, 'us', 1000)).toContain('| theirs | 40000 | 40000 - 40000 | 4.00x | 80000 | 4.00x |')
})
