import { describe, expect, test } from '@jest/globals'
import type { Connection, Shape } from '../../src/connections/connection.ts'
import { conv1d, conv2d, conv3d } from '../../src/connections/conv.ts'
import { delayed } from '../../src/connections/delayed.ts'
import { dense } from '../../src/connections/dense.ts'
import { flatten, identity, oneToOne } from '../../src/connections/each.ts'
import { avgPool, maxPool, sumPool } from '../../src/connections/pool.ts'
import { sparse } from '../../src/connections/sparse.ts'
import { sizeOf } from '../../src/shape.ts'
import { checkWiring, type Wiring, weightsOf } from '../../src/wiring.ts'

/** Pairs of each site of the output: site of the input, matrix, lag. */
const pairsOf = ({ start, site, slot, lag }: Wiring) =>
  Array.from(start.subarray(1), (end, q) =>
    Array.from({ length: end - start[q]! }, (_, i) => {
      const pair = start[q]! + i
      return lag ? [site[pair], slot[pair], lag[pair]] : [site[pair], slot[pair]]
    }),
  )

test.each<[string, Connection, Shape, Shape, readonly number[], number, number]>([
  ['dense', dense(5), [4, 4, 2], [5], [32, 5], 32, 5],
  ['conv2d', conv2d(12, 5), [28, 28, 1], [24, 24, 12], [25, 12], 25, 300],
  [
    'conv2d with strides',
    conv2d(4, [3, 2], { stride: [2, 1], padding: [1, 0] }),
    [7, 6, 3],
    [4, 5, 4],
    [18, 4],
    18,
    24,
  ],
  ['conv2d with dilation', conv2d(4, 3, { dilation: 2 }), [7, 7, 3], [3, 3, 4], [27, 4], 27, 36],
  ['conv2d of the same size', conv2d(4, [4, 3], { padding: 'same' }), [7, 6, 3], [7, 6, 4], [36, 4], 36, 48],
  ['conv2d in groups', conv2d(6, 3, { groups: 2 }), [4, 4, 4], [2, 2, 6], [36, 3], 18, 54],
  ['conv2d of each channel', conv2d(4, 3, { groups: 4 }), [4, 4, 4], [2, 2, 4], [9, 4], 9, 36],
  ['conv1d', conv1d(3, 4, { stride: 3 }), [11, 2], [3, 3], [8, 3], 8, 12],
  ['conv3d', conv3d(2, 2), [3, 4, 5, 3], [2, 3, 4, 2], [24, 2], 24, 16],
  ['sumPool', sumPool(2), [5, 4, 3], [2, 2, 3], [1, 3], 4, 4],
  ['avgPool', avgPool([1, 2], { stride: 1 }), [5, 4, 3], [5, 3, 3], [1, 3], 2, 2],
  ['avgPool of a line', avgPool(2), [6, 3], [3, 3], [1, 3], 2, 2],
  ['maxPool', maxPool(2, { stride: 1 }), [4, 3, 2], [3, 2, 2], [], 4, 4],
  ['flatten', flatten(), [4, 3, 2], [24], [], 1, 1],
  ['identity', identity(), [4, 3, 2], [4, 3, 2], [1, 24], 1, 1],
  ['oneToOne', oneToOne(), [7], [7], [1, 7], 1, 1],
  ['sparse', sparse(6, { fanIn: 2 }), [3, 3], [6], [12, 1], 2, 12 / 9],
  ['delayed dense', delayed(dense(5), { steps: 3 }), [4], [5], [4, 5], 4, 5],
  ['dense delayed by input', delayed(dense(5), { perInput: [0, 1, 2, 3] }), [4], [5], [4, 5], 4, 5],
  ['dense delayed by synapse', delayed(dense(2), { perSynapse: [0, 1, 2, 3] }), [2], [2], [4, 1], 2, 2],
])('%s: shape, weights and fans', (_, connection, from, to, weights, fanIn, fanOut) => {
  const link = connection.connect(from)
  expect(link).toMatchObject({ to, weights, fans: { fanIn, fanOut } })
  const { wiring } = link
  if (wiring === undefined) return
  expect(link.largest ? [] : weightsOf(checkWiring(wiring))).toEqual(weights)
  expect([wiring.from.count * wiring.from.width, wiring.to.count * wiring.to.width]).toEqual([sizeOf(from), sizeOf(to)])
})

describe('tables', () => {
  const table = (connection: Connection, from: Shape) => pairsOf(connection.connect(from).wiring!)

  test('of a convolution go through the window row by row, without what is padded', () => {
    expect(table(conv2d(1, 2), [2, 3, 1])).toEqual([
      [
        [0, 0],
        [1, 1],
        [3, 2],
        [4, 3],
      ],
      [
        [1, 0],
        [2, 1],
        [4, 2],
        [5, 3],
      ],
    ])
    expect(table(conv1d(1, 3, { padding: 1, stride: 2 }), [4, 1])).toEqual([
      [
        [0, 1],
        [1, 2],
      ],
      [
        [1, 0],
        [2, 1],
        [3, 2],
      ],
    ])
    expect(table(conv1d(1, 2, { dilation: 2 }), [4, 1])).toEqual([
      [
        [0, 0],
        [2, 1],
      ],
      [
        [1, 0],
        [3, 1],
      ],
    ])
    // As torch: of an odd number of zeros the one more stands behind.
    expect(table(conv1d(1, 2, { padding: 'same' }), [3, 1])[2]).toEqual([[2, 0]])
  })

  test('of groups have a site and a matrix for each of them', () => {
    const { wiring } = conv1d(4, 2, { groups: 2 }).connect([2, 6])
    expect(wiring).toMatchObject({
      from: { count: 4, width: 3 },
      to: { count: 2, width: 2 },
      slots: 4,
      diagonal: false,
    })
    expect(pairsOf(wiring!)).toEqual([
      [
        [0, 0],
        [2, 2],
      ],
      [
        [1, 1],
        [3, 3],
      ],
    ])
  })

  test('of channels that are each alone have vectors', () => {
    const { wiring } = conv1d(3, 2, { groups: 3 }).connect([2, 3])
    expect(wiring).toMatchObject({ from: { count: 2, width: 3 }, to: { count: 1, width: 3 }, slots: 2, diagonal: true })
  })

  test('of pools have one constant', () => {
    expect(avgPool(2).connect([4, 4, 3]).constant).toBe(1 / 4)
    expect(sumPool(2).connect([4, 4, 3]).constant).toBe(1)
    expect(table(sumPool(2), [2, 5, 3])).toEqual([
      [
        [0, 0],
        [1, 0],
        [5, 0],
        [6, 0],
      ],
      [
        [2, 0],
        [3, 0],
        [7, 0],
        [8, 0],
      ],
    ])
  })

  test('of given pairs are in the order of the neurons and of their inputs, and may be there twice', () => {
    const pairs = [
      [2, 1],
      [0, 0],
      [1, 1],
      [2, 1],
    ] as const
    expect(table(sparse(3, { pairs }), [3])).toEqual([
      [[0, 0]],
      [
        [1, 1],
        [2, 2],
        [2, 3],
      ],
      [],
    ])
  })

  test('that are drawn have as many inputs for each neuron, all different, and the same ones for the same seed', () => {
    const drawn = (seed: number) => table(sparse(40, { density: 0.1, seed }), [30])
    expect(drawn(1)).toEqual(drawn(1))
    expect(drawn(1)).not.toEqual(drawn(2))
    for (const inputs of drawn(1)) expect(new Set(inputs.map(([input]) => input)).size).toBe(3)
    // Every input is about as likely: 4 are expected, and 15 come once in 10,000.
    const counts = new Array<number>(30).fill(0)
    for (const [input] of drawn(1).flat()) counts[input!]!++
    expect(Math.max(...counts)).toBeLessThan(15)
    expect(counts.filter((count) => count === 0).length).toBeLessThan(5)
  })

  test('of delays hold them, on top of those that are there', () => {
    expect(table(delayed(oneToOne(), { perInput: [0, 2] }), [2])).toEqual([[[0, 0, 0]], [[1, 1, 2]]])
    expect(table(delayed(dense(2), { perInput: [1, 0] }), [2])).toEqual([
      [
        [0, 0, 1],
        [1, 1, 0],
      ],
    ])
    expect(table(delayed(dense(2), { perSynapse: [1, 2, 3, 4] }), [2])).toEqual([
      [
        [0, 0, 1],
        [1, 2, 3],
      ],
      [
        [0, 1, 2],
        [1, 3, 4],
      ],
    ])
    expect(table(delayed(delayed(dense(2), { steps: 2 }), { perInput: [1, 0] }), [2])).toEqual([
      [
        [0, 0, 3],
        [1, 1, 2],
      ],
    ])
    // A convolution's delays go with its weights: [place in the window, channel in, channel out].
    expect(table(delayed(conv1d(1, 2), { perSynapse: [5, 6] }), [3, 1])).toEqual([
      [
        [0, 0, 5],
        [1, 1, 6],
      ],
      [
        [1, 0, 5],
        [2, 1, 6],
      ],
    ])
    const { lag } = delayed(dense(3), { steps: 0 }).connect([2]).wiring!
    expect(lag).toBeUndefined()
  })
})

test.each<[string, () => unknown, string]>([
  ['no channels', () => conv2d(0, 3), "conv2d: 'channels' is 0\ngive a whole number from 1"],
  [
    'no kernel',
    () => conv2d(3, undefined as never),
    "conv2d: 'kernel' is missing\ngive a whole number from 1, or a list",
  ],
  ['half a stride', () => conv2d(3, 3, { stride: 0.5 }), "'stride' is 0.5"],
  [
    'a padding in words',
    () => conv2d(3, 3, { padding: 'full' as never }),
    "'padding' is 'full'\ngive a whole number from 0, or a list, or 'same'",
  ],
  ['an option there is not', () => conv2d(3, 3, { pad: 1 } as never), "conv2d has no option 'pad'"],
  ['a stride with the same size', () => conv2d(3, 3, { stride: 2, padding: 'same' }), 'give the padding as a number'],
  ['a window of other axes', () => conv2d(3, [3, 3, 3]), "'kernel' is [3, 3, 3] for 2 axes\ngive one number, or 2"],
  [
    'an input of other axes',
    () => conv2d(3, 3).connect([784]),
    'conv2d takes 2 axes and channels, and its input is [784]\ngive the network [height, width, channels]',
  ],
  [
    'a window larger than the input',
    () => conv2d(3, 5).connect([4, 9, 1]),
    'conv2d: the input [4, 9, 1] is smaller than the window',
  ],
  [
    'groups that do not divide',
    () => conv2d(4, 1, { groups: 2 }).connect([3, 3, 3]),
    '3 channels to 4 cannot be cut into 2 groups',
  ],
  ['a pool of a list', () => avgPool(2).connect([9]), 'avgPool takes a place and channels, and its input is [9]'],
  ['a pool larger than the input', () => avgPool(3).connect([2, 9, 1]), 'is smaller than the window'],
  ['sparse without a number', () => sparse(4, {}), "sparse takes one of 'fanIn', 'density' and 'pairs'"],
  ['sparse of two numbers', () => sparse(4, { fanIn: 2, density: 0.5 }), 'give one of them'],
  ['more inputs than there are', () => sparse(4, { fanIn: 9 }).connect([8]), "give a 'fanIn' of at most 8"],
  ['a pair with a negative number', () => sparse(4, { pairs: [[1, -1]] }), 'give a list of [input, neuron]'],
  ['a pair beyond the layer', () => sparse(4, { pairs: [[1, 4]] }).connect([2]), 'there is no pair [1, 4]'],
  ['delays of nothing', () => delayed('dense' as never, { steps: 1 }), "'connection' is 'dense'"],
  ['no delays', () => delayed(dense(3), {}), 'give one of them'],
  [
    'half a step',
    () => delayed(dense(3), { perInput: [1, 0.5] }),
    "'perInput' is [1, 0.5]\ngive a whole number from 0",
  ],
  ['too few delays', () => delayed(dense(3), { perInput: [1] }).connect([2]), "1 delays for 2 inputs in 'perInput'"],
  [
    'delays of what has no weights',
    () => delayed(flatten(), { steps: 1 }).connect([2]),
    'delay the connection that follows it',
  ],
  ['an unknown initializer', () => oneToOne({ weight: 'one' as never }), "'weight' is 'one'"],
])('%s is refused', (_, act, message) => {
  expect(act).toThrow(expect.objectContaining({ name: 'HillockError', message: expect.stringContaining(message) }))
})
