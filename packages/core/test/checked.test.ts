import { describe, expect, test } from '@jest/globals'
import { type CheckedBackend, checked } from '../src/checked.ts'
import { kWinners } from '../src/neurons/k-winners.ts'
import { lif } from '../src/neurons/lif.ts'
import { reference } from '../src/reference/backend.ts'

const shape = expect.objectContaining({ code: 'HILLOCK_SHAPE' })
const disposed = expect.objectContaining({ code: 'HILLOCK_DISPOSED' })
const { forward, reverse } = lif().kernels
const setup = { beta: 0.9, threshold: 1 }

const scanned = (backend: CheckedBackend, steps = 4) => ({
  steps,
  batch: 2,
  size: 3,
  inputs: { input: backend.alloc([steps, 2, 3]) },
  setup,
  schedule: {},
  initial: { v: 0 },
})

test('counts the tensors that live', async () => {
  const backend = checked(reference())
  const [a, b] = [backend.alloc([2]), backend.alloc([3])]
  expect(backend.live).toBe(2)
  backend.free(a)
  expect(backend.live).toBe(1)
  expect(() => backend.free(a)).toThrow(disposed)
  await backend.dispose()
  expect(backend.live).toBe(0)
  expect(() => backend.write(b, [1, 2, 3])).toThrow(disposed)
  expect(() => backend.alloc([1])).toThrow(disposed)
  await backend.dispose()
})

test('passes on what is right', async () => {
  const backend = checked(reference())
  const [a, b, out] = [backend.alloc([2, 1, 2]), backend.alloc([2, 3]), backend.alloc([2, 1, 3])]
  backend.write(a, [1, 0, 0, 1])
  backend.write(b, [1, 2, 3, 4, 5, 6])
  backend.matmul(a, b, out)
  expect([...(await backend.read(out))]).toEqual([1, 2, 3, 4, 5, 6])
})

test('knows its own tensors from those of another backend', () => {
  const [one, other] = [checked(reference()), checked(reference())]
  const foreign = other.alloc([2])
  expect(() => one.read(foreign)).toThrow(disposed)
  expect(() => one.sum(foreign, one.alloc([2]))).toThrow(disposed)
})

describe('refuses', () => {
  const backend = checked(reference())
  const tensor = (...dimensions: number[]) => backend.alloc(dimensions)

  test.each<[string, () => void]>([
    ['a negative length', () => backend.alloc([2, -1])],
    ['half a neuron', () => backend.alloc([1.5])],
    ['too few values', () => backend.write(tensor(2, 2), [1, 2, 3])],
    ['factors that do not meet', () => backend.matmul(tensor(4, 2), tensor(3, 5), tensor(4, 5))],
    ['a product of another shape', () => backend.matmul(tensor(4, 2), tensor(2, 5), tensor(5, 4))],
    ['a^T that does not meet', () => backend.matmul(tensor(4, 2), tensor(2, 5), tensor(4, 5), { transposeA: true })],
    ['b^T that does not meet', () => backend.matmul(tensor(4, 2), tensor(2, 5), tensor(4, 5), { transposeB: true })],
    ['a short bias', () => backend.matmul(tensor(4, 2), tensor(2, 5), tensor(4, 5), { bias: tensor(4) })],
    ['a sum over the wrong end', () => backend.sum(tensor(4, 2), tensor(4))],
    ['a sum with more dimensions', () => backend.sum(tensor(2), tensor(1, 2))],
    ['an input of other steps', () => backend.scan(forward, { ...scanned(backend, 3), steps: 4, outputs: {} })],
    [
      'a setup value of other neurons',
      () => backend.scan(forward, { ...scanned(backend), setup: { ...setup, beta: tensor(4) }, outputs: {} }),
    ],
    [
      'an initial state of other samples',
      () => backend.scan(forward, { ...scanned(backend), initial: { v: tensor(3, 3) }, outputs: {} }),
    ],
    [
      'a schedule of other steps',
      () => backend.scan(forward, { ...scanned(backend), schedule: { rate: tensor(3) }, outputs: {} }),
    ],
    [
      'an output that does not fit',
      () => backend.scan(forward, { ...scanned(backend), outputs: { spike: tensor(4, 3, 2) } }),
    ],
    [
      'a reverse without the states',
      () => backend.reverse(reverse(), { ...scanned(backend), states: {}, signals: {}, outputs: {} }),
    ],
    [
      'a signal that does not fit',
      () => {
        const states = { v: tensor(4, 2, 3) }
        backend.reverse(reverse(), { ...scanned(backend), states, signals: { spike: tensor(2, 2, 3) }, outputs: {} })
      },
    ],
    [
      'arrays of two shapes in a map',
      () => backend.map(forward, { inputs: { input: tensor(2) }, states: { v: tensor(3) }, setup }),
    ],
  ])('%s', (_, act) => {
    expect(act).toThrow(shape)
  })

  test('naming what it found and what it wants', () => {
    expect(() => backend.matmul(tensor(4, 2), tensor(2, 5), tensor(5, 4))).toThrow(
      'out has shape [5, 4]\nit should be [4, 5]',
    )
  })
})

test('a tensor that no memory holds is refused with its shape', () => {
  const code = 'HILLOCK_OUT_OF_MEMORY'
  for (const shape of [[2 ** 26, 2 ** 26], [2 ** 50]]) {
    const message = expect.stringContaining(`[${shape.join(', ')}]`)
    expect(() => checked(reference()).alloc(shape)).toThrow(expect.objectContaining({ code, message }))
  }
})

describe('operations that see the whole layer', () => {
  const { forward, reverse } = kWinners({ k: 1 }).kernels
  const unsupported = expect.objectContaining({ code: 'HILLOCK_UNSUPPORTED' })
  const bindings = { steps: 1, batch: 1, size: 1, inputs: {}, setup: {}, schedule: {}, initial: {}, outputs: {} }

  test('are refused where the backend does not declare them', () => {
    const backend = checked({ ...reference(), supports: { layerScope: false, exact: true } })
    expect(() => backend.scan(forward, bindings)).toThrow(unsupported)
    expect(() => backend.reverse(reverse(), { ...bindings, states: {}, signals: {} })).toThrow(unsupported)
  })

  test('are refused in a map, which has no layer', () => {
    expect(() => checked(reference()).map(forward, { setup: {}, inputs: {}, states: {} })).toThrow(unsupported)
  })
})

test('random numbers start at a multiple of 16, and a bias goes with plain products alone', () => {
  const backend = checked(reference())
  const random = { seed: 0, stream: 1, step: 0, place: 0, from: 8 } as const
  const option = expect.objectContaining({ code: 'HILLOCK_OPTION' })
  expect(() => backend.scan(forward, { ...scanned(backend), outputs: {}, random })).toThrow(option)
  const sampled = { ...random, from: 16, sample: -1 }
  expect(() => backend.scan(forward, { ...scanned(backend), outputs: {}, random: sampled })).toThrow(option)
  const [square, bias, out] = [backend.alloc([3, 3]), backend.alloc([3]), backend.alloc([3, 3])]
  for (const options of [{ transposeA: true }, { accumulate: true }]) {
    expect(() => backend.matmul(square, square, out, { bias, ...options })).toThrow(option)
  }
})
