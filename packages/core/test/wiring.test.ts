import { describe, expect, test } from '@jest/globals'
import { checked } from '../src/checked.ts'
import type { Connection } from '../src/connections/connection.ts'
import { conv2d } from '../src/connections/conv.ts'
import { delayed } from '../src/connections/delayed.ts'
import { maxPool } from '../src/connections/pool.ts'
import { sparse } from '../src/connections/sparse.ts'
import { sequential } from '../src/network/sequential.ts'
import { linear } from '../src/neurons/linear.ts'
import { reference } from '../src/reference/backend.ts'
import { checkWiring, longestLag, reversed, type Wiring, wiring } from '../src/wiring.ts'

const sites = { from: { count: 3, width: 2 }, to: { count: 2, width: 4 }, slots: 2 }
const made = wiring(sites, (q, add) => {
  add(2, 1)
  add(q, 0)
})

test('a wiring is made site by site', () => {
  expect(made).toEqual({
    ...sites,
    diagonal: false,
    start: Int32Array.of(0, 2, 4),
    site: Int32Array.of(2, 0, 2, 1),
    slot: Int32Array.of(1, 0, 1, 0),
  })
  expect(longestLag(made)).toBe(0)
})

test('its lags are there where one is not 0', () => {
  const lagging = wiring(sites, (q, add) => add(0, 0, 3 * q))
  expect(lagging.lag).toEqual(Int32Array.of(0, 3))
  expect(longestLag(lagging)).toBe(3)
})

test('reversed, it has the same pairs by the sites of the input, and is found again', () => {
  const back = reversed(made)
  expect(back).toMatchObject({ from: made.to, to: made.from })
  expect(back.start).toEqual(Int32Array.of(0, 1, 2, 4))
  expect(back.site).toEqual(Int32Array.of(0, 1, 0, 1))
  expect(back.slot).toEqual(Int32Array.of(0, 0, 1, 1))
  expect(reversed(made)).toBe(back)
  const lagging = wiring(sites, (q, add) => add(0, 0, 3 * q))
  expect(reversed(lagging).lag).toEqual(Int32Array.of(0, 3))
})

describe('a wiring is refused', () => {
  const { lag: _, ...plain } = made
  test.each<[string, object, string, string]>([
    ['without sites', { from: { count: 0, width: 2 } }, 'HILLOCK_RANGE', 'from.count is 0'],
    ['with half a width', { to: { count: 2, width: 1.5 } }, 'HILLOCK_RANGE', 'to.width is 1.5'],
    ['without matrices', { slots: 0 }, 'HILLOCK_RANGE', 'slots is 0'],
    ['diagonal, between two widths', { diagonal: true }, 'HILLOCK_SHAPE', 'give both the same width'],
    ['with a start too few', { start: Int32Array.of(0, 4) }, 'HILLOCK_SHAPE', "'start' has 2 values for 2 sites"],
    ['that ends early', { start: Int32Array.of(0, 2, 3) }, 'HILLOCK_SHAPE', "'start' goes from 0 to 3"],
    ['that begins late', { start: Int32Array.of(1, 2, 4) }, 'HILLOCK_SHAPE', "'start' goes from 1 to 4"],
    ['that falls', { start: Int32Array.of(0, 5, 4) }, 'HILLOCK_RANGE', "'start' falls from 5 to 4"],
    ['with a matrix too few', { slot: Int32Array.of(0) }, 'HILLOCK_SHAPE', "'slot' has 1 values for 4 pairs"],
    ['with a lag too few', { lag: Int32Array.of(0) }, 'HILLOCK_SHAPE', "'lag' has 1 values for 4 pairs"],
    ['with a site beyond the input', { site: Int32Array.of(2, 0, 3, 1) }, 'HILLOCK_RANGE', "'site' of pair 3 is 3"],
    ['with a site before it', { site: Int32Array.of(-1, 0, 2, 1) }, 'HILLOCK_RANGE', "'site' of pair 1 is -1"],
    ['with a matrix beyond', { slot: Int32Array.of(1, 0, 2, 0) }, 'HILLOCK_RANGE', "'slot' of pair 3 is 2"],
    ['that is early', { lag: Int32Array.of(0, 0, 0, -1) }, 'HILLOCK_RANGE', "'lag' of pair 4 is -1"],
  ])('%s', (_, change, code, message) => {
    const wrong = { ...plain, ...change } as Wiring
    expect(() => checkWiring(wrong)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })
})

describe('a product by a wiring', () => {
  const backend = checked(reference())
  const real = (...shape: number[]) => backend.alloc(shape)
  const late: Wiring = { ...made, lag: Int32Array.of(0, 1, 0, 0) }
  const multiply = (...shapes: [number[], number[], number[]]) => shapes.map((shape) => real(...shape)) as never
  const act =
    (shapes: [number[], number[], number[]], options: object, wiring = made) =>
    () =>
      backend.matmul(...(multiply(...shapes) as [never, never, never]), { wiring, ...options })
  const [x, w, y] = [
    [5, 3, 6],
    [4, 4],
    [5, 3, 8],
  ]

  test.each<[string, () => void]>([
    ['forward', act([x, w, y], {})],
    ['with rows cut otherwise', act([x, w, [15, 8]], {})],
    ['with a bias for each channel', act([x, w, y], { bias: real(4) })],
    ['with a bias for each neuron', act([x, w, y], { bias: real(8) })],
    ['backward', act([y, w, x], { transposeB: true })],
    ['of the gradient', act([x, y, w], { transposeA: true })],
    ['of another number of steps where there are lags', act([x, w, [9, 3, 8]], {}, late)],
  ])('is taken %s', (_, act) => {
    expect(act).not.toThrow()
  })

  test.each<[string, () => void, string, string]>([
    [
      'an input of another size',
      act([[5, 3, 7], w, y], {}),
      'HILLOCK_SHAPE',
      'a has shape [5, 3, 7]\nit should be [.., 6] (3 sites of 2)',
    ],
    ['weights of another shape', act([x, [8, 2], y], {}), 'HILLOCK_SHAPE', 'b has shape [8, 2]\nit should be [4, 4]'],
    [
      'an output of another size',
      act([x, w, [5, 3, 6]], {}),
      'HILLOCK_SHAPE',
      'out has shape [5, 3, 6]\nit should be [.., 8]',
    ],
    ['other rows', act([x, w, [4, 3, 8]], {}), 'HILLOCK_SHAPE', 'of as many rows as [5, 3, 6]'],
    [
      'backward, an adjoint of another size',
      act([x, w, x], { transposeB: true }),
      'HILLOCK_SHAPE',
      'a has shape [5, 3, 6]\nit should be [.., 8]',
    ],
    [
      'a gradient of another shape',
      act([x, y, [4, 5]], { transposeA: true }),
      'HILLOCK_SHAPE',
      'out has shape [4, 5]\nit should be [4, 4]',
    ],
    ['lags of a matrix', act([[5, 6], w, [5, 8]], {}, late), 'HILLOCK_SHAPE', '[T, B, 6], since there are lags'],
    ['lags with other samples', act([x, w, [5, 4, 8]], {}, late), 'HILLOCK_SHAPE', 'of as many samples as [5, 3, 6]'],
    ['a bias that does not fit', act([x, w, y], { bias: real(3) }), 'HILLOCK_SHAPE', '[C], 8 being a multiple of C'],
    ['both transposed', act([y, x, w], { transposeA: true, transposeB: true }), 'HILLOCK_OPTION', 'both'],
    ['a wrong table', act([x, w, y], {}, { ...made, slots: 1 }), 'HILLOCK_RANGE', "'slot' of pair 1 is 1"],
  ])('is refused with %s', (_, act, code, message) => {
    expect(act).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }))
  })

  test('is refused with what the largest of sites does not take', () => {
    const { wiring: pool } = maxPool(2).connect([4, 3])
    const [a, out] = [real(5, 12), real(5, 6)]
    const adjoint = { signal: real(5, 6), into: real(5, 12) }
    expect(() => backend.largest(a, pool!, out, adjoint)).not.toThrow()
    const spikes = (...shape: number[]) => backend.alloc(shape, 'spikes')
    const wrong: [string, () => void][] = [
      ['a diagonal wiring', () => backend.largest(real(5, 6), made, real(5, 8))],
      ['a has shape [5, 6]', () => backend.largest(out, pool!, out)],
      ['out has shape [5, 12]', () => backend.largest(a, pool!, a)],
      ['out holds real numbers', () => backend.largest(spikes(5, 12), pool!, out)],
      ['signal has shape [5, 12]', () => backend.largest(a, pool!, out, { ...adjoint, signal: a })],
      ['into has shape [5, 6]', () => backend.largest(a, pool!, out, { ...adjoint, into: out })],
      ['into holds spikes', () => backend.largest(a, pool!, out, { ...adjoint, into: spikes(5, 12) })],
    ]
    for (const [message, act] of wrong) expect(act).toThrow(message)
  })

  test('is refused by a backend that has none', () => {
    const none = checked({ ...reference(), supports: { layerScope: true, exact: true } })
    const tensors = [x, w, y].map((shape) => none.alloc(shape))
    expect(() => none.matmul(tensors[0]!, tensors[1]!, tensors[2]!, { wiring: made })).toThrow(
      expect.objectContaining({ code: 'HILLOCK_UNSUPPORTED', message: expect.stringContaining("'reference'") }),
    )
  })
})

describe('more pairs than there is room for are refused before they are made', () => {
  const error = (where: string) =>
    expect.objectContaining({
      code: 'HILLOCK_OUT_OF_MEMORY',
      message: expect.stringMatching(`${where}: not enough memory for a table of more than 16777216 pairs`),
    })

  test.each<[string, () => unknown]>([
    ['sparse', () => sparse(100_000, { fanIn: 1000 }).connect([100_000])],
    ['delayed', () => delayed(conv2d(1, 20), { perInput: new Array<number>(115_200).fill(1) }).connect([60, 60, 32])],
    ['wiring', () => conv2d(1, 3).connect([1e5, 1e5, 1])],
    ['wiring', () => wiring({ ...sites, to: { count: 2 ** 25, width: 4 } }, () => {})],
  ])('%s', (where, make) => {
    expect(make).toThrow(error(where))
  })

  test('all of a network together', () => {
    const [from, to] = [
      { count: 1, width: 1 },
      { count: 1, width: 1 },
    ]
    const pairs = 2 ** 23 + 1
    // Zeros take no memory until they are written.
    const zeros = () => new Int32Array(pairs)
    const table = (): Wiring => ({
      ...{ from, to, slots: 1, diagonal: false },
      ...{ start: Int32Array.of(0, pairs), site: zeros(), slot: zeros() },
    })
    const large = (): Connection => ({
      ...{ kind: 'large', weight: null, bias: null },
      connect: () => ({ to: [1], wiring: table(), weights: [1, 1], fans: { fanIn: 1, fanOut: 1 }, constant: 1 }),
    })
    expect(() => sequential(1, [large(), linear()])).not.toThrow()
    expect(() => sequential(1, [large(), linear(), large(), linear()])).toThrow(error('the network'))
  })
})
