import { expect, test } from '@jest/globals'
import { line, quartiles } from '../src/statistics.ts'

test('quartiles lie between neighbours, whatever the order', () => {
  expect(quartiles([4, 1, 3, 2])).toEqual({ p25: 1.75, median: 2.5, p75: 3.25, count: 4 })
  expect(quartiles([7])).toEqual({ p25: 7, median: 7, p75: 7, count: 1 })
})

test('a line is found through points on it, and how far others are from one', () => {
  const exact = line([
    [1, 5],
    [2, 7],
    [10, 23],
  ])
  expect(exact.start).toBeCloseTo(3)
  expect(exact.slope).toBeCloseTo(2)
  expect(exact.worst).toBeCloseTo(0)
  const bent = line([
    [0, 1],
    [1, 1],
    [2, 2],
  ])
  expect(bent.worst).toBeGreaterThan(0.1)
})
