import { describe, expect, test } from '@jest/globals'
import { generator, stream } from '../../src/random/index.ts'
import { reference } from '../../src/reference/backend.ts'
import { oracle } from '../../src/reference/oracle.ts'
import { define } from '../equations/definition.ts'
import { scan } from './scans.ts'

const layer = { steps: 2, batch: 2, size: 3, input: [3, 1, 2, 1, 1, 0, -1, -2, -3, 0, 5, 5] }

describe.each([
  ['reference', reference],
  ['oracle', oracle],
])('on the %s', (_, backend) => {
  const spikes = async (expression: string, state: Record<string, number> = {}) =>
    (await scan(backend(), define(expression, { state }), layer)).spike

  test('winners are the k largest of each sample, ties to the lowest index', async () => {
    expect(await spikes('spike = winners(input, 1)')).toEqual([1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0])
    expect(await spikes('spike = winners(input, 2)')).toEqual([1, 0, 1, 1, 1, 0, 1, 1, 0, 0, 1, 1])
  })

  test.each([
    ['0', 0],
    ['-1', 0],
    ['0.5', 0],
    ['1.5', 1],
    ['3', 3],
    ['7', 3],
  ])('%s winners are %d', async (k, count) => {
    const found = (await spikes(`spike = winners(input, ${k})`)) as number[]
    expect(found.slice(0, 3).reduce((sum, one) => sum + one)).toBe(count)
  })

  test('total is the sum of each sample', async () => {
    expect(await spikes('spike = total(input)')).toEqual([6, 6, 6, 2, 2, 2, -6, -6, -6, 10, 10, 10])
  })

  test('one stands on another, among what comes before and after', async () => {
    const found = await spikes('v = v + input\nfirst = winners(v, 1)\nspike = total(v * first) - v', { v: 0 })
    // v is [3, 1, 2], [1, 1, 0], then [2, -1, -1], [1, 6, 5].
    expect(found).toEqual([0, 2, 1, 0, 0, 1, 0, 3, 3, 5, 0, 1])
  })
})

test('winners of a large layer are those of the oracle, ties among them', async () => {
  const random = generator(1, stream.noise)
  const large = { steps: 1, batch: 4, size: 300 }
  const input = Array.from({ length: 1200 }, () => random.integer(100) - 50)
  for (const k of [1, 7, 150, 299]) {
    const program = define(`spike = winners(input, ${k})`)
    const { spike } = await scan(oracle(), program, { ...large, input })
    expect((await scan(reference(), program, { ...large, input })).spike).toEqual(spike)
  }
})
