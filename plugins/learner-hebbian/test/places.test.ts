import { expect, test } from '@jest/globals'
import { mostExcited } from '../src/places.ts'

/** Who learns of those that fired, at places of four channels. */
function learners(fired: readonly number[], excess: readonly number[], perPlace: number): number[] {
  const out = new Int32Array(fired.length)
  const count = mostExcited(
    { index: Int32Array.from([99, ...fired, 99]), from: 1, to: fired.length + 1 },
    Float32Array.from(excess),
    4,
    perPlace,
    out,
  )
  return Array.from(out.subarray(0, count))
}

test.each<[string, number[], number[], number, number[]]>([
  ['the most excited of each place', [0, 1, 3, 4, 6], [1, 3, 0, 2, 5, 0, 7, 0], 1, [1, 6]],
  ['two of each, in order', [0, 1, 3, 4, 5, 6, 7], [1, 3, 0, 2, 8, 5, 6, 7], 2, [1, 3, 4, 7]],
  ['ties go to the lowest', [0, 1, 2, 3], [1, 2, 2, 2], 2, [1, 2]],
  ['all where there are fewer', [2, 5], [0, 0, 1, 0, 0, 1], 3, [2, 5]],
  ['nobody of nobody', [], [], 1, []],
])('%s', (_, fired, excess, perPlace, wanted) => {
  expect(learners(fired, excess, perPlace)).toEqual(wanted)
})
