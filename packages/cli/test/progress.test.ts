import { expect, test } from '@jest/globals'
import { progressLine, sparkline } from '../src/output/progress.ts'

test('a sparkline goes from the least to the greatest value, and ends with the last', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█')
  expect(sparkline([5, 5])).toBe('▁▁')
  expect(sparkline([])).toBe('')
  const long = sparkline(Array.from({ length: 1000 }, (_, i) => -i))
  expect([long.length, long.at(0), long.at(-1)]).toEqual([16, '█', '▁'])
})

test('a line tells the time that is left from all batches so far', () => {
  const line = progressLine()
  const of = (epoch: number, batch: number, milliseconds: number) =>
    line({
      epoch,
      epochs: 2,
      batch,
      batches: 10,
      loss: 1 / batch,
      accuracy: 0.5,
      milliseconds,
      parts: { encode: 0, forward: 0, backward: 0, update: 0 },
    })
  expect(of(1, 1, 1000)).toBe('epoch 1/2  batch 1/10  loss 1.000 ▁  50.0 %  1000 ms per batch  19.0 s left')
  // 500 ms per batch in the mean, and 18 of them
  expect(of(1, 2, 0)).toMatch(/loss 0.500 █▁ .* 9.0 s left$/)
  expect(of(2, 10, 0)).toMatch(/testing \.\.\.$/)
})
