import { expect, test } from '@jest/globals'
import { digits, table } from '../src/markdown.ts'

test.each([
  [0, '0'],
  [0.012345, '0.0123'],
  [1.5, '1.50'],
  [99.96, '100.0'],
  [1234.5, '1235'],
])('%d is written %s', (value, text) => {
  expect(digits(value)).toBe(text)
})

test('a table has a head, a rule and rows', () => {
  const text = table([
    ['side', 'ms'],
    ['ours', '1.00'],
  ])
  expect(text).toBe('| side | ms |\n| --- | ---: |\n| ours | 1.00 |')
})
