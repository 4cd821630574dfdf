import { describe, expect, test } from '@jest/globals'
import { evaluateSetup } from '../src/kernel.ts'
import type { Neuron } from '../src/neuron.ts'
import {
  adaptiveLif,
  alpha,
  gradedSpike,
  integrateAndFire,
  izhikevich,
  lapicque,
  leaky,
  leakyIntegrator,
  lif,
  linear,
  refractoryLif,
  relu,
  synaptic,
} from '../src/neurons/index.ts'
import { oracle } from '../src/reference/oracle.ts'

/** Drives one neuron with a current for each step; gives all that comes out, [T]. */
async function drive({ kernels, params }: Neuron, current: readonly number[]): Promise<Record<string, number[]>> {
  const device = oracle()
  const steps = current.length
  const input = device.alloc([steps, 1, 1])
  device.write(input, current)
  const { forward, compiled } = kernels
  const outputs = Object.keys(forward.program.outputs).map((name) => [name, device.alloc([steps, 1, 1])] as const)
  const setup = evaluateSetup(compiled, params, 1) as Record<string, number>
  device.scan(forward, {
    steps,
    batch: 1,
    size: 1,
    inputs: { input },
    setup,
    timeVarying: {},
    initial: Object.fromEntries(forward.states.map((name) => [name, setup[name]!])),
    outputs: Object.fromEntries(outputs),
  })
  const read = outputs.map(async ([name, tensor]) => [name, Array.from(await device.read(tensor))] as const)
  return Object.fromEntries(await Promise.all(read))
}

const times = (spikes: readonly number[] | undefined) => spikes!.flatMap((spike, t) => (spike === 1 ? [t] : []))
const steady = (current: number, steps: number) => new Array<number>(steps).fill(current)
const pulse = (steps: number) => [1, ...steady(0, steps - 1)]

describe('integrateAndFire', () => {
  test('fires at the rate of its current, with nothing lost in the reset', async () => {
    const { spike, v } = await drive(integrateAndFire(), steady(0.375, 160))
    expect(times(spike).length).toBe(59)
    expect(times(spike).length + v!.at(-1)!).toBe(60)
  })

  test.each([
    [false, 2],
    [true, 1],
  ])('exactly at threshold, with atThreshold %s, first fires at step %d', async (atThreshold, first) => {
    expect(times((await drive(integrateAndFire({ atThreshold }), steady(0.5, 4))).spike)[0]).toBe(first)
  })
})

describe('lif', () => {
  test.each([
    ['subtract', 0.5],
    ['zero', 0],
    ['none', 1.5],
  ] as const)('reset %s leaves %d of 1.5', async (reset, left) => {
    const { v, pre } = await drive(lif({ reset, record: ['pre'] }), [1.5])
    expect([pre, v]).toEqual([[1.5], [left]])
  })

  test('leaks by beta', async () => {
    expect((await drive(lif({ beta: 0.5, threshold: 2 }), pulse(4))).v).toEqual([1, 0.5, 0.25, 0.125])
  })

  test('refuses an unknown reset', () => {
    expect(() => lif({ reset: 'hard' as 'zero' })).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
  })
})

describe('leaky', () => {
  test.each([
    ['subtract', 1.5 * 0.5 + 0.25 - 1],
    ['zero', 0.25],
    ['none', 1.5 * 0.5 + 0.25],
  ] as const)('reset %s comes one step late', async (reset, second) => {
    expect((await drive(leaky({ beta: 0.5, reset }), [1.5, 0.25])).v).toEqual([1.5, second])
  })
})

test('synaptic: a pulse of current becomes a difference of two exponentials', async () => {
  const { v } = await drive(synaptic({ alpha: 0.5, beta: 0.25, threshold: 9 }), pulse(6))
  v!.forEach((value, t) => {
    expect(value).toBeCloseTo((0.5 ** (t + 1) - 0.25 ** (t + 1)) / 0.25, 12)
  })
})

test('alpha: a pulse rises and falls, and zero drops the current with the membrane', async () => {
  const [a, b] = [0.9, 0.8]
  const scale = Math.log(a) / (Math.log(b) - Math.log(a)) + 1
  const { v } = await drive(alpha({ alpha: a, beta: b, threshold: 9 }), pulse(30))
  v!.forEach((value, t) => {
    expect(value).toBeCloseTo(scale * (a ** t - b ** t), 12)
  })
  const fired = await drive(alpha({ alpha: a, beta: b, threshold: 0.1 }), pulse(30))
  expect(times(fired.spike)).toEqual([1])
  expect(fired.v!.slice(2)).toEqual(steady(0, 28))
})

test('lapicque settles at R I with time constant R C', async () => {
  const { v } = await drive(lapicque({ R: 2, C: 0.005, threshold: 9 }), steady(1.5, 100))
  expect(v![9]).toBeCloseTo(3 * (1 - 0.9 ** 10), 12)
  expect(v!.at(-1)).toBeCloseTo(3, 3)
})

test('leakyIntegrator gives out its membrane', async () => {
  expect((await drive(leakyIntegrator({ beta: 0.5 }), [1, 1, 1])).spike).toEqual([1, 1.5, 1.75])
})

test('adaptiveLif fires ever more slowly', async () => {
  const { spike, level } = await drive(adaptiveLif({ strength: 0.5, record: ['level'] }), steady(0.5, 200))
  const fired = times(spike)
  const gaps = fired.slice(1).map((t, i) => t - fired[i]!)
  expect(gaps.at(-1)).toBeGreaterThan(gaps[0]!)
  expect(level![fired[0]! + 1]).toBeCloseTo(1.5, 12)
})

test.each([0, 1, 3])('refractoryLif with period %d is silent for as many steps', async (period) => {
  const { spike } = await drive(refractoryLif({ period }), steady(2, 20))
  expect(times(spike)).toEqual(Array.from({ length: Math.ceil(20 / (period + 1)) }, (_, i) => i * (period + 1)))
})

describe('izhikevich', () => {
  // The three cells and the current of figure 2 in the paper.
  const firing = async (options: Parameters<typeof izhikevich>[0]) => {
    const fired = times((await drive(izhikevich(options), [...steady(0, 50), ...steady(10, 450)])).spike)
    return { fired, gaps: fired.slice(1).map((t, i) => t - fired[i]!) }
  }

  test('regular spiking: silent at rest, then slower after the first spikes', async () => {
    const { fired, gaps } = await firing({})
    expect(fired[0]).toBeGreaterThanOrEqual(50)
    expect(gaps.at(-1)).toBeGreaterThan(gaps[0]!)
  })

  test('fast spiking: several times as many spikes', async () => {
    const [fast, regular] = [await firing({ a: 0.1, d: 2 }), await firing({})]
    expect(fast.fired.length).toBeGreaterThan(2 * regular.fired.length)
  })

  test('chattering: bursts', async () => {
    const { gaps } = await firing({ c: -50, d: 2 })
    expect(Math.min(...gaps)).toBeLessThan(5)
    expect(Math.max(...gaps)).toBeGreaterThan(15)
  })
})

test('gradedSpike: what exceeds the threshold goes out a step later, and the membrane swings below rest', async () => {
  const { spike, v, delayed } = await drive(gradedSpike(), [3, 0, 0])
  expect(spike).toEqual([0, 2, 0])
  expect(v![0]).toBe(-1.5)
  expect(delayed).toEqual([0, v![0], v![1]])
})

test('relu and linear have no memory', async () => {
  expect((await drive(relu(), [-1, 2, 0])).spike).toEqual([0, 2, 0])
  expect((await drive(linear(), [-1, 2, 0])).spike).toEqual([-1, 2, 0])
})

test('which neurons promise spikes', () => {
  const spiking = [
    adaptiveLif(),
    alpha(),
    integrateAndFire(),
    izhikevich(),
    lapicque(),
    leaky(),
    lif(),
    refractoryLif(),
  ]
  expect(spiking.filter(({ binary }) => !binary)).toEqual([])
  expect([gradedSpike(), leakyIntegrator(), relu(), linear()].filter(({ binary }) => binary)).toEqual([])
})

test('a parameter is a number or one for each neuron, and only a parameter is learnt', () => {
  const option = (message: string) =>
    expect.objectContaining({ code: 'HILLOCK_OPTION', message: expect.stringContaining(message) })
  expect(() => lif({ beta: 'large' as unknown as number })).toThrow(option("'beta' is 'large'"))
  expect(() => lif({ learn: ['gamma' as 'beta'] })).toThrow(option("cannot learn 'gamma'"))
})
