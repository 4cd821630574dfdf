import { expect, test } from '@jest/globals'
import { isSteady, quantiles } from '../src/output/statistics.ts'
import { duration, table } from '../src/output/table.ts'

test('quantiles lie between neighbours', () => {
  expect(quantiles([4, 1, 3, 2])).toEqual({ p25: 1.75, median: 2.5, p75: 3.25 })
  expect(quantiles([7])).toEqual({ p25: 7, median: 7, p75: 7 })
})

test('a table aligns words to the left and numbers to the right', () => {
  const rows = [
    ['name', 'n'],
    ['a', '10'],
  ]
  expect(table(rows)).toBe('name   n\na     10')
})

test('a duration is told in seconds, then in minutes', () => {
  expect([4.06, 125].map(duration)).toEqual(['4.1 s', '2 min 5 s'])
})

test.each([
  [[], false],
  [[9, 5], false],
  [[9, 9, 9], true],
  [[9, 6, 5, 4.5], false],
  [[9, 6, 5, 4.9, 5.2], true],
  [[5, 7, 8], true],
  [[9, 5, 12, 4], false],
])('times %j are steady: %j', (times, steady) => expect(isSteady(times)).toBe(steady))
