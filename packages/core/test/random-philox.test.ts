import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { philox4x32 } from '../src/random/index.ts'

type Block = [number, number, number, number]

const word = fc.integer({ min: 0, max: 0xffffffff })

/** The paper's definition, in integers of any length. */
function definition(counter: Block, key: [number, number]): number[] {
  let [x0, x1, x2, x3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint]
  let [k0, k1] = key.map(BigInt) as [bigint, bigint]
  for (let round = 0; round < 10; round++) {
    const p0 = x0 * 0xd2511f53n
    const p1 = x2 * 0xcd9e8d57n
    x0 = (p1 >> 32n) ^ x1 ^ k0
    x1 = p1 & 0xffffffffn
    x2 = (p0 >> 32n) ^ x3 ^ k1
    x3 = p0 & 0xffffffffn
    k0 = (k0 + 0x9e3779b9n) & 0xffffffffn
    k1 = (k1 + 0xbb67ae85n) & 0xffffffffn
  }
  return [x0, x1, x2, x3].map(Number)
}

function philox(counter: Block, key: [number, number]): number[] {
  const out = new Uint32Array(4)
  philox4x32(...counter, ...key, out)
  return [...out]
}

describe('philox4x32', () => {
  // Random123, tests/kat_vectors
  test.each<[string, Block, [number, number], Block]>([
    ['zeros', [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
    [
      'ones',
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      'digits of pi',
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('known answer: %s', (_, counter, key, expected) => {
    expect(philox(counter, key)).toEqual(expected)
  })

  test('equals the definition for any counter and key', () => {
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        expect(philox(counter, key)).toEqual(definition(counter, key))
      }),
      { numRuns: 500 },
    )
  })

  test('writes four words at `at` and nothing else', () => {
    const out = new Uint32Array(7).fill(7)
    philox4x32(0, 0, 0, 0, 0, 0, out, 2)
    expect([...out]).toEqual([7, 7, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8, 7])
  })
})
