import { describe, expect, test } from '@jest/globals'
import { parallel } from '../src/index.ts'
import { drawn, pointsOf } from './drawn.ts'

const rows = [
  { settings: { rate: 1e-4, hidden: 8, reset: 'zero' }, value: 0.5 },
  { settings: { rate: 1e-3, hidden: 64, reset: 'subtract' }, value: 0.9 },
  { settings: { rate: 1e-2, hidden: 36, reset: 'zero' }, value: 0.7 },
]

describe('parallel coordinates', () => {
  test('draw a line for each setting through all axes, with the ends of each', async () => {
    const { texts, marks } = await drawn(parallel({ title: 'a sweep', rows, result: 'validation' }))
    expect(marks('line').map(pointsOf)).toEqual([4, 4, 4])
    expect(marks('rule')).toHaveLength(4)
    for (const text of [
      'a sweep',
      'rate',
      'hidden',
      'reset',
      'validation',
      '0.0001',
      '0.01',
      '8',
      '64',
      'zero',
      'subtract',
    ])
      expect(texts).toContain(text)
  })

  test('place rates by their logarithm, sizes as they are, the best last', () => {
    const text = JSON.stringify(parallel({ rows }))
    // in the middle of the axis
    expect(text).toContain('{"row":2,"axis":"rate","place":0.5,"value":0.9}')
    expect(text).toContain('{"row":1,"axis":"hidden","place":0.5,"value":0.7}')
  })

  test('draw one setting alone', async () => {
    const { marks } = await drawn(parallel({ rows: rows.slice(0, 1) }))
    expect(marks('line').map(pointsOf)).toEqual([4])
  })

  test('refuse no rows, and a value that is not a number', () => {
    expect(() => parallel({ rows: [] })).toThrow(expect.objectContaining({ code: 'HILLOCK_SHAPE' }))
    const broken = [{ ...rows[0]!, value: Number.NaN }]
    expect(() => parallel({ rows: broken })).toThrow(expect.objectContaining({ code: 'HILLOCK_NOT_FINITE' }))
  })
})
