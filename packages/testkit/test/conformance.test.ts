import { type Backend, type BackendSupports, reference } from '@hillock/core'
import { describe, expect, test } from '@jest/globals'
import { type BackendConformance, backendConformance } from '../src/index.ts'

/** Runs the suite by itself, or one test of it; the names of the tests that fail and of those skipped. */
async function outcome(options: Omit<BackendConformance, 'name' | 'runner'>, only?: string) {
  const bodies: [string, () => unknown][] = []
  const skipped: string[] = []
  const collect = (name: string, body: () => unknown) => bodies.push([name, body])
  const runner = {
    describe: (_: string, body: () => void) => body(),
    test: Object.assign(collect, { skip: (name: string) => skipped.push(name) }),
  }
  backendConformance({ programs: 25, ...options, name: 'broken', runner })
  const failed: string[] = []
  for (const [name, body] of bodies) {
    if (only !== undefined && name !== only) continue
    try {
      await body()
    } catch {
      failed.push(name)
    }
  }
  return { failed, skipped }
}

/** The reference backend with a part of it changed. */
const broken = (change: (whole: Backend) => Partial<Backend>) => () => {
  const whole = reference()
  return { ...whole, ...change(whole) }
}

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
      'draws other numbers',
      ({ scan }) => ({
        scan: (k, b) => scan(k, b.random ? { ...b, random: { ...b.random, place: b.random.place + 1 } } : b),
      }),
      'uniform() of key 1 is the number that its place, sample, neuron and time name',
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
      'runs a map twice',
      ({ map }) => ({ map: (k, b) => [map(k, b), map(k, b)] as unknown as undefined }),
      'a map over [5] with a parameter shared by all',
    ],
  ])(
    '%s',
    async (_, change, name) => {
      expect((await outcome({ create: broken(change) }, name)).failed).toEqual([name])
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
    expect((await outcome({ create: close({}) }, name)).failed).toEqual([name])
    expect((await outcome({ create: close({ exact: false }) }, name)).failed).toEqual([])
  }, 60_000)
})

describe('known deviations', () => {
  test('are skipped, their reason shown', async () => {
    const knownDeviations = { 'a b^T of reals': 'not yet' }
    const { skipped } = await outcome({ create: reference, knownDeviations })
    expect(skipped).toEqual(['a b^T of reals (not yet)'])
  }, 60_000)

  test('of no test are refused', async () => {
    const { failed } = await outcome({ create: reference, knownDeviations: { 'a b^X': 'no such thing' } })
    expect(failed).toEqual(['every known deviation is that of a test'])
  }, 60_000)
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
