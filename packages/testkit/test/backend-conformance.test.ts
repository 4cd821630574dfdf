import { type Backend, reference } from '@hillock/core'
import type { BackendSupports, Kernel } from '@hillock/core/backend'
import type { Tensor } from '@hillock/core/learner'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { backendConformance } from '../src/index.ts'
import { broken, inside, run } from './broken.ts'

/** A kernel that resets the membrane before it asks whether to fire. */
function resetsFirst(kernel: Kernel): Kernel {
  const { nodes, outputs } = kernel.program
  const [membrane, threshold] = [outputs.v, nodes.findIndex(({ op, name }) => op === 'setup' && name === 'threshold')]
  if (membrane === undefined || threshold < 0) return kernel
  const above = { op: 'sub', args: [membrane, threshold] } as const
  const fires = { op: 'heaviside', args: [nodes.length], value: 0 } as const
  const program = { nodes: [...nodes, above, fires], outputs: { ...outputs, spike: nodes.length + 1 } }
  return { ...kernel, program }
}

/** Gives the second half of the neurons the spikes of the step before. */
function halfUpdated(spike: Tensor | undefined): void {
  if (spike === undefined) return
  const { length } = spike.shape
  const size = spike.shape[length - 1]!
  const row = size * spike.shape[length - 2]!
  const data = inside(spike)
  for (let i = data.length - 1; i >= row; i--) if (i % size >= size / 2) data[i] = data[i - row]!
}

function transposeSquare(out: Tensor): void {
  const [n, m] = out.shape
  if (out.shape.length !== 2 || n !== m) return
  const data = inside(out)
  data.set(Array.from(data, (_, i) => data[(i % n!) * n! + Math.floor(i / n!)]!))
}

/** A tensor of the reference backend with 0 in place of what is not finite. */
const onlyFinite = (tensor: Tensor): Tensor =>
  ({ ...tensor, data: inside(tensor).map((value) => (Number.isFinite(value) ? value : 0)) }) as Tensor

describe('the suite sees a backend that', () => {
  test.each<[string, (whole: Backend) => Partial<Backend>, string]>([
    [
      'ignores transposeB',
      ({ matmul }) => ({ matmul: (a, b, out, o) => matmul(a, b, out, { ...o, transposeB: false }) }),
      'a b^T of reals',
    ],
    [
      'forgets a bias',
      ({ matmul }) => ({ matmul: (a, b, out, { bias, ...o } = {}) => matmul(a, b, out, o) }),
      'a b + bias of spikes',
    ],
    [
      'does not accumulate',
      ({ matmul }) => ({ matmul: (a, b, out, o) => matmul(a, b, out, { ...o, accumulate: false }) }),
      'out + a b of no spikes',
    ],
    [
      'does not truncate',
      ({ reverse }) => ({ reverse: (k, { window: _, ...b }) => reverse(k, b) }),
      'with truncation at each step',
    ],
    [
      'truncates a step off',
      ({ reverse }) => ({ reverse: (k, b) => reverse(k, b.window ? { ...b, window: b.window + 1 } : b) }),
      'with truncation within the scan',
    ],
    [
      'loses initial states',
      ({ scan }) => ({ scan: (k, b) => scan(k, { ...b, initial: Object.fromEntries(k.states.map((s) => [s, 0])) }) }),
      'with initial states of each neuron',
    ],
    [
      'keeps the first step in place of the last',
      ({ scan, slice, alloc, free }) => ({
        scan(k, b) {
          const room = (kind: 'real' | 'spikes') => alloc([b.steps, b.batch, b.size], kind)
          const whole = Object.entries(b.outputs).map(([name, { kind }]) => [name, room(kind)] as const)
          const outputs = Object.fromEntries(whole)
          scan(k, { ...b, outputs })
          for (const [name, out] of Object.entries(b.outputs)) slice(outputs[name]!, 0, out)
          for (const [, tensor] of whole) free(tensor)
        },
      }),
      'with outputs of the last step alone',
    ],
    [
      'adds up what is finite alone',
      ({ sum }) => ({ sum: (a, out) => sum(onlyFinite(a), out) }),
      'sums keep NaN and infinity, and keep them apart',
    ],
    [
      'multiplies what is finite alone',
      ({ matmul }) => ({ matmul: (a, b, out, options) => matmul(a, onlyFinite(b), out, options) }),
      'products take NaN and infinity where they belong',
    ],
    [
      'draws other numbers',
      ({ scan }) => ({
        scan: (k, b) => scan(k, b.random ? { ...b, random: { ...b.random, place: b.random.place + 1 } } : b),
      }),
      'uniform() of key 1 is the number that its place, sample, neuron and time name',
    ],
    [
      'draws for the first sample alone',
      ({ scan }) => ({ scan: (k, b) => scan(k, b.random ? { ...b, random: { ...b.random, sample: 0 } } : b) }),
      'uniform() of key 4 is the number that its place, sample, neuron and time name',
    ],
    [
      'sums nothing',
      () => ({ sum: (_, out) => reference().write(out, new Float32Array(out.shape.reduce((a, b) => a * b, 1))) }),
      'sums of reals over leading dimensions',
    ],
    [
      'reads late',
      ({ read }) => ({ read: (t) => new Promise((done) => setTimeout(() => done(read(t)), 1)) }),
      'what was read stays as it was',
    ],
    [
      'resets before it fires',
      ({ scan }) => ({ scan: (k, b) => scan(resetsFirst(k), b) }),
      'with parameters shared by the layer',
    ],
    [
      'keeps half of the spikes of the step before',
      ({ scan }) => ({
        scan(k, b) {
          scan(k, b)
          halfUpdated(b.outputs.spike)
        },
      }),
      'integrate-and-fire spikes are those of the reference, to the last',
    ],
    [
      'turns a square result around',
      ({ matmul }) => ({
        matmul(a, b, out, o) {
          matmul(a, b, out, o)
          transposeSquare(out)
        },
      }),
      'a^T b of reals',
    ],
    [
      'multiplies by chance',
      ({ matmul, supports }) => ({
        supports: { ...supports, exact: false },
        matmul(a, b, out, o) {
          matmul(a, b, out, o)
          const data = inside(out)
          data.set(data.map((x) => x * (1 + Math.random() * 2 ** -20)))
        },
      }),
      'products and sums give the same bits for the same call',
    ],
    [
      'puts off a product until it is read',
      ({ matmul, read }) => {
        const later: (() => void)[] = []
        return {
          matmul: (...given) => void later.push(() => matmul(...given)),
          read(tensor) {
            for (const act of later.splice(0)) act()
            return read(tensor)
          },
        }
      },
      'calls take effect in the order given',
    ],
    [
      'works in the memory of its arguments',
      ({ matmul }) => ({
        matmul(a, b, out, o) {
          matmul(a, b, out, o)
          inside(a).fill(0)
        },
      }),
      'arguments are left as they are',
    ],
    [
      'keeps a state where it found it',
      ({ scan }) => ({
        scan(k, b) {
          scan(k, b)
          if (typeof b.initial.v === 'object') inside(b.initial.v).fill(0)
        },
      }),
      'leaves inputs and initial states as they are',
    ],
    [
      'runs a map twice',
      ({ map }) => ({ map: (k, b) => [map(k, b), map(k, b)] as unknown as undefined }),
      'a map over [5] with a parameter shared by all',
    ],
  ])(
    '%s',
    async (_, change, name) => {
      expect((await run({ create: broken(change) }, name)).failed).toEqual([name])
    },
    60_000,
  )

  test('rounds an operation differently', async () => {
    const close = (supports: Partial<BackendSupports>) =>
      broken(({ scan, read, write, supports: declared }) => ({
        supports: { ...declared, ...supports },
        scan(kernel, bindings) {
          scan(kernel, bindings)
          for (const tensor of Object.values(bindings.outputs)) {
            const { data } = tensor as unknown as { data: Float32Array }
            if (tensor.kind === 'real')
              data.forEach((value, i) => {
                data[i] = value * (1 + 2 ** -22)
              })
          }
        },
        read,
        write,
      }))
    const name = 'tanh(a) and its derivative'
    expect((await run({ create: close({}) }, name)).failed).toEqual([name])
    expect((await run({ create: close({ exact: false }) }, name)).failed).toEqual([])
  }, 60_000)
})

describe('known deviations', () => {
  const only = 'every known deviation is that of a test, and is printed'
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => {})
  afterEach(() => {
    warn.mockClear()
  })

  test('are skipped, and their reason is printed', async () => {
    const knownDeviations = { 'a b^T of reals': 'not yet' }
    const { failed, skipped } = await run({ create: reference, knownDeviations }, only)
    const skip = 'a b^T of reals (skipped: not yet)'
    expect([failed, skipped]).toEqual([[], [skip, skip]])
    expect(warn.mock.calls).toEqual([["broken: backend: not held to 'a b^T of reals': not yet"]])
  })

  test('of no test are refused', async () => {
    const { failed } = await run({ create: reference, knownDeviations: { 'a b^X': 'no such thing' } }, only)
    expect(failed).toEqual([only])
  })
})

test('without a runner it says so', () => {
  const none = { describe: undefined, test: undefined } as never
  const globals = globalThis as { describe?: unknown; test?: unknown }
  const kept = { describe: globals.describe, test: globals.test }
  try {
    Object.assign(globals, none)
    expect(() => backendConformance({ name: 'x', create: reference })).toThrow('import them from the test runner')
  } finally {
    Object.assign(globals, kept)
  }
})
