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
  timeVarying: {},
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
      'time-varying values of other steps',
      () => backend.scan(forward, { ...scanned(backend), timeVarying: { rate: tensor(3) }, outputs: {} }),
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

describe('spikes and real numbers are kept apart', () => {
  const backend = checked(reference())
  const tensor = (...dimensions: number[]) => backend.alloc(dimensions)
  const spikes = (...dimensions: number[]) => backend.alloc(dimensions, 'spikes')
  const whole = [4, 2, 3]
  const states = { v: tensor(...whole) }
  const scan = (more: object) => backend.scan(forward, { ...scanned(backend), outputs: {}, ...more })
  const back = (more: object) =>
    backend.reverse(reverse(), { ...scanned(backend), states, signals: {}, outputs: {}, ...more })
  const map = (more: object) => backend.map(forward, { inputs: {}, states: { v: tensor(3) }, setup, ...more })

  test.each<[string, () => void]>([
    ['a setup value', () => scan({ setup: { ...setup, beta: spikes(3) } })],
    ['a time-varying value', () => scan({ timeVarying: { rate: spikes(4) } })],
    ['an initial state', () => scan({ initial: { v: spikes(2, 3) } })],
    ['an output that takes other values than 0 and 1', () => scan({ outputs: { v: spikes(...whole) } })],
    ['states that were stored', () => back({ states: { v: spikes(...whole) } })],
    ['a signal', () => back({ signals: { spike: spikes(...whole) } })],
    ['the adjoint of a last state', () => back({ final: { v: spikes(2, 3) } })],
    ['the adjoint of an input', () => back({ outputs: { input: spikes(...whole) } })],
    ['the adjoint of a first state', () => back({ outputs: { v: spikes(2, 3) } })],
    ['an input of a map', () => map({ inputs: { input: spikes(3) } })],
    ['a state of a map', () => map({ states: { v: spikes(3) } })],
    ['a setup value of a map', () => map({ setup: { ...setup, beta: spikes(3) } })],
    ['a second factor', () => backend.matmul(spikes(4, 2), spikes(2, 5), tensor(4, 5))],
    ['a product', () => backend.matmul(spikes(4, 2), tensor(2, 5), spikes(4, 5))],
    ['a bias', () => backend.matmul(tensor(4, 2), tensor(2, 5), tensor(4, 5), { bias: spikes(5) })],
    ['a sum', () => backend.sum(spikes(4, 2), spikes(2))],
  ])('%s that holds spikes is refused', (_, act) => {
    const message = expect.stringMatching(/holds spikes\nit should hold real numbers/)
    expect(act).toThrow(expect.objectContaining({ code: 'HILLOCK_SHAPE', message }))
  })

  test('so are numbers in place of spikes', () => {
    const activeMask = { activeMask: tensor(4, 5), transposeB: true }
    expect(() => backend.matmul(tensor(4, 2), tensor(5, 2), tensor(4, 5), activeMask)).toThrow(shape)
    expect(() => backend.readEvents!(tensor(2))).toThrow(shape)
    for (const value of [0.5, 2, -1, Number.NaN]) {
      const message = `value 2 of the spikes to write is ${value}\nspikes are 0 or 1`
      const range = { code: 'HILLOCK_RANGE', message: expect.stringContaining(message) }
      expect(() => backend.write(spikes(3), [1, value, 0])).toThrow(expect.objectContaining(range))
    }
  })
})

describe('what does not fit into memory', () => {
  const whole = reference()
  const short = () => {
    throw new RangeError('Array buffer allocation failed')
  }
  const full = checked({ ...whole, scan: short, map: short, matmul: short, read: async () => short() })
  const outOfMemory = (what: string) =>
    expect.objectContaining({ code: 'HILLOCK_OUT_OF_MEMORY', message: expect.stringContaining(what) })
  const square = full.alloc([3, 3])

  test.each<[string, () => void]>([
    ['a scan of lif', () => full.scan(forward, { ...scanned(full), outputs: {} })],
    ['a map of lif', () => full.map(forward, { inputs: {}, states: { v: square }, setup })],
    ['a product with [3, 3]', () => full.matmul(square, square, square)],
  ])('is refused by name: %s', (what, act) => {
    expect(act).toThrow(outOfMemory(`not enough memory for ${what}`))
  })

  test('is refused where it shows by and by', async () => {
    await expect(full.read(square)).rejects.toEqual(outOfMemory('not enough memory for what is read'))
  })

  test('is told from another error', () => {
    const deep = (): void => deep()
    const other = checked({ ...whole, sum: deep })
    expect(() => other.sum(other.alloc([2, 3]), other.alloc([3]))).toThrow(/call stack/)
  })
})

describe('operations that see the whole layer', () => {
  const { forward, reverse } = kWinners({ k: 1 }).kernels
  const unsupported = expect.objectContaining({ code: 'HILLOCK_UNSUPPORTED' })
  const bindings = { steps: 1, batch: 1, size: 1, inputs: {}, setup: {}, timeVarying: {}, initial: {}, outputs: {} }

  test('are refused where the backend does not declare them', () => {
    const backend = checked({ ...reference(), supports: { layerScope: false, exact: true } })
    expect(() => backend.scan(forward, bindings)).toThrow(unsupported)
    expect(() => backend.reverse(reverse(), { ...bindings, states: {}, signals: {} })).toThrow(unsupported)
  })

  test('are refused in a map, which has no layer', () => {
    expect(() => checked(reference()).map(forward, { setup: {}, inputs: {}, states: {} })).toThrow(unsupported)
  })
})

test('random numbers start at a multiple of 16; a bias, and what is needed, go with some products alone', () => {
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
  const activeMask = backend.alloc([3, 3], 'spikes')
  expect(() => backend.matmul(square, square, out, { activeMask, accumulate: true })).toThrow(option)
})
