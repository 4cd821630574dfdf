import { expect, test } from '@jest/globals'
import { confusion } from '../src/index.ts'
import { drawn } from './drawn.ts'

test('counts what each class was taken for, darker for a larger part of the class', async () => {
  const [labels, predictions] = [
    [0, 0, 0, 0, 1, 2],
    [0, 0, 0, 1, 1, 0],
  ]
  const { images, texts, marks } = await drawn(confusion({ title: 'digits', classes: 3, labels, predictions }))
  expect(marks('text').map((text) => text.textContent)).toEqual(['3', '1', '', '', '1', '', '1', '', ''])
  const [matrix] = images
  expect(matrix!.at(0, 0)[0]).toBeLessThan(matrix!.at(0, 1)[0]!)
  expect(matrix!.at(0, 1)[0]).toBeLessThan(matrix!.at(0, 2)[0]!)
  expect(matrix!.at(1, 1)).toEqual([0, 0, 0])
  expect(texts).toEqual(expect.arrayContaining(['digits', '4 of 6 right, 66.7 %', 'true class', 'predicted class']))
})

test('of many classes only the shades are drawn', async () => {
  const labels = Array.from({ length: 100 }, (_, i) => i)
  const { marks, images } = await drawn(confusion({ classes: 100, labels, predictions: labels }))
  expect(marks('text')).toHaveLength(0)
  expect([images[0]!.rows, images[0]!.columns]).toEqual([100, 100])
})

test.each([
  ['lengths that differ', [0, 1], [0], 'HILLOCK_SHAPE'],
  ['no example', [], [], 'HILLOCK_SHAPE'],
  ['a class that there is not', [0, 2], [0, 1], 'HILLOCK_LABEL'],
  ['a prediction that is none', [0, 1], [0, Number.NaN], 'HILLOCK_LABEL'],
])('refuses %s', (_, labels, predictions, code) => {
  expect(() => confusion({ classes: 2, labels, predictions })).toThrow(expect.objectContaining({ code }))
})
