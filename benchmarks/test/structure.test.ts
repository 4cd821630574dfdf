import { expect, test } from '@jest/globals'
import { structures } from '../src/structures.ts'
import { networkOf } from '../src/workloads.ts'

test('the nets have the sizes that other libraries are told', () => {
  for (const workload of structures) {
    const { inputs, layers } = networkOf(workload)
    expect([inputs, ...layers.map(({ size }) => size)]).toEqual(workload.sizes)
  }
})

test('each class of what the recurrent net learns has a twentieth of the inputs that fire often', async () => {
  const { train } = await structures.find(({ name }) => name === 'recurrent')!.data!()
  const often = Array.from(train.images.subarray(21 * 700, 22 * 700), (value, i) => (value === 1 ? i % 20 : -1))
  expect([train.labels[21], new Set(often), often.filter((own) => own === 1).length]).toEqual([1, new Set([-1, 1]), 35])
})
