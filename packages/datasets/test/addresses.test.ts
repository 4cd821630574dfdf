import { expect, jest, test } from '@jest/globals'

const sequences: string[] = []
const actual = await import('@hillock/core/random')
jest.unstable_mockModule('@hillock/core/random', () => ({
  ...actual,
  generator(...args: Parameters<typeof actual.generator>) {
    const [, stream, id0 = 0, id1 = 0] = args
    sequences.push(`${stream} ${id0} ${id1}`)
    return actual.generator(...args)
  },
}))
const { glyphs, shifts, split } = await import('../src/index.ts')

test('what is drawn by one seed is drawn once: glyphs, their split, their shifts, and the order of epochs', () => {
  const { train } = glyphs({ train: 25, validation: 21, test: 21, seed: 5 })
  split(train, { validation: 3, seed: 5 })
  const lastEpoch = 2 ** 31 - 1
  for (const epoch of [0, 1, lastEpoch]) {
    shifts({ shape: [28, 28], seed: 5 })(train.images.subarray(0, 3 * 784), [0, 1, 24], epoch)
    // as training orders its examples
    sequences.push(`${actual.stream.shuffle} ${epoch} 0`)
  }
  expect(sequences.length).toBe(25 + 21 + 21 + 3 + 3 + 3 + 1 + 3 * 3 + 3)
  expect(new Set(sequences).size).toBe(sequences.length)
})
