import {
  batchNorm,
  createSession,
  crossEntropy,
  dense,
  type Learner,
  type Loss,
  lif,
  meanSquaredError,
  type Network,
  poisson,
  recurrent,
  reference,
  sequential,
  sgd,
} from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { type Batch, createRuntime } from '@hillock/core/learner'
import { integrateAndFire } from '@hillock/core/neurons'
import { generator, stream } from '@hillock/core/random'
import { describe, expect, test } from '@jest/globals'
import { type Environment, escapeLif, reward } from '../src/index.ts'

const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
const plain = sgd({ learningRate: 1, momentum: 0 })
const [steps, size, inputs, units] = [6, 3, 4, 2]
const random = generator(5, stream.augment)
const input = Array.from({ length: steps * size * inputs }, () => (random.uniform() < 0.5 ? 1 : 0))
/** [size, steps] */
const rewards = Array.from({ length: size * steps }, random.normal)

/** One step on the oracle: what was changed, and what fired. */
async function change(
  network: Network,
  learner: Learner,
  weights: Record<string, readonly number[]>,
  given: Partial<Batch> = {},
) {
  const snapshot = new Map(
    network.layers.map(({ name, inputs: from, size: to }) => [
      `${name}.weight`,
      { shape: [from, to], values: Float64Array.from(weights[name]!) },
    ]),
  )
  const runtime = createRuntime({ network, backend: oracle(), loss: crossEntropy(), seed: 0, snapshot })
  const spikes = runtime.backend.alloc([steps, size, inputs], 'spikes')
  runtime.backend.write(spikes, input)
  const result = await learner.step(runtime, { input: spikes, labels: [0, 1, 0], steps, size, progress, ...given })
  const after = await runtime.snapshot()
  return {
    result,
    by: (name: string) => Array.from(after.get(name)!.values, (value, i) => value - snapshot.get(name)!.values[i]!),
  }
}

const one = [0.3, 0.9, 0.8, -0.2, 0.7, 0.6, -0.4, 0.5]
let seen: ArrayLike<number> = []
const told =
  (given: readonly number[]) =>
  ({ spikes }: { readonly spikes: ArrayLike<number> }) => {
    seen = spikes
    return given
  }

describe('pairs', () => {
  const given = { potentiation: 0.03, depression: 0.02, preDecay: 0.7, postDecay: 0.6, bounds: [-9, 9] } as const
  const network = sequential(inputs, [dense(units, { bias: false }), lif()])

  test.each([
    ['of each step', rewards, 0.8, 0],
    ['at the end', rewards.slice(0, size), 0.9, 0.3],
  ] as const)('an eligibility trace for each synapse, met by rewards %s', async (_, rewards, keep, expected) => {
    const learner = reward({ keep, expected, pairs: given, optimizer: plain, reward: told(rewards) })
    const { by, result } = await change(network, learner, { layer1: one })
    expect(Math.max(...Array.from(seen))).toBe(1)
    const wanted = new Array<number>(inputs * units).fill(0)
    for (let b = 0; b < size; b++) {
      const [pre, post] = [new Float64Array(inputs), new Float64Array(units)]
      const eligible = new Float64Array(inputs * units)
      for (let t = 0; t < steps; t++) {
        const x = (i: number) => input[(t * size + b) * inputs + i]!
        const s = (n: number) => seen[(t * size + b) * units + n]!
        for (let i = 0; i < inputs; i++) pre[i] = given.preDecay * pre[i]! + x(i)
        for (let at = 0; at < eligible.length; at++) {
          const [i, n] = [Math.floor(at / units), at % units]
          const pair = given.potentiation * pre[i]! * s(n) - given.depression * x(i) * given.postDecay * post[n]!
          eligible[at] = keep * eligible[at]! + pair
          // What is expected is a return: it is taken off where the credit comes.
          const found = rewards.length > size ? rewards[b * steps + t]! : t === steps - 1 ? rewards[b]! : 0
          wanted[at]! += found * eligible[at]! - expected * pair
        }
        for (let n = 0; n < units; n++) post[n] = given.postDecay * post[n]! + s(n)
      }
    }
    expect(by('layer1.weight')).toEqual(wanted.map((value) => expect.closeTo(value, 12)))
    const sum = rewards.reduce((all, value) => all + value, 0)
    expect(result.metrics).toEqual({ reward: expect.closeTo(sum / size, 12) })
  })

  test('weights stay within their bounds, and biases as they are', async () => {
    const biased = sequential(inputs, [dense(units, { weight: { constant: 0.5 } }), lif()])
    const judge = told([9, 9, 9])
    const learner = reward({ expected: 0, optimizer: plain, reward: judge, pairs: { bounds: [-0.5, 0.95] } })
    const runtime = createRuntime({ network: biased, backend: reference(), loss: crossEntropy(), seed: 0 })
    const spikes = runtime.backend.alloc([steps, size, inputs], 'spikes')
    runtime.backend.write(spikes, input)
    const before = await runtime.snapshot()
    await learner.step(runtime, { input: spikes, labels: [0, 0, 0], steps, size, progress })
    const after = await runtime.snapshot()
    expect(after.get('layer1.bias')).toEqual(before.get('layer1.bias'))
    expect(Math.max(...after.get('layer1.weight')!.values)).toBeCloseTo(0.95, 6)
  })

  test('the reward is 1 for the right class unless told otherwise, and 0 for another', async () => {
    const held = sequential(inputs, [dense(units, { bias: false }), integrateAndFire()])
    const { result } = await change(held, reward({ optimizer: plain }), { layer1: one })
    expect(result.metrics).toEqual({ reward: result.correct / size })
  })
})

test('max goes up the logarithm of how likely the spikes were', async () => {
  const [beta, width, threshold, keep] = [0.8, 0.7, 0.4, 0.9]
  const network = sequential(inputs, [dense(units, { bias: false }), escapeLif({ beta, width, threshold })])
  const learner = reward({ rule: 'max', keep, expected: 0, optimizer: plain, reward: told(rewards) })
  const { by } = await change(network, learner, { layer1: one })
  const spikes = Array.from(seen)
  /** Log-likelihoods of the spikes that came, each times the return. */
  const judged = (weights: readonly number[]) => {
    let sum = 0
    for (let b = 0; b < size; b++) {
      const gain = new Float64Array(steps + 1)
      for (let t = steps - 1; t >= 0; t--) gain[t] = keep * gain[t + 1]! + rewards[b * steps + t]!
      for (let n = 0; n < units; n++) {
        let v = 0
        for (let t = 0; t < steps; t++) {
          for (let i = 0; i < inputs; i++) v += input[(t * size + b) * inputs + i]! * weights[i * units + n]!
          const p = 1 / (1 + Math.exp(-(v - threshold) / width))
          const spike = spikes[(t * size + b) * units + n]!
          sum += gain[t]! * Math.log(spike ? p : 1 - p)
          v = beta * (v - threshold * spike)
        }
      }
    }
    return sum
  }
  const h = 1e-5
  const wanted = one.map((value, i) => (judged(one.with(i, value + h)) - judged(one.with(i, value - h))) / (2 * h))
  expect(by('layer1.weight')).toEqual(wanted.map((value) => expect.closeTo(value, 6)))
  expect(Math.max(...wanted.map(Math.abs))).toBeGreaterThan(0.1)
})

test('what is expected is a running mean', async () => {
  const network = sequential(inputs, [dense(units, { bias: false }), lif()])
  let given = 4
  const learner = reward({ memory: 0.75, optimizer: plain, reward: () => [given, given, given] })
  const runtime = createRuntime({ network, backend: oracle(), loss: crossEntropy(), seed: 0 })
  const spikes = runtime.backend.alloc([steps, size, inputs], 'spikes')
  runtime.backend.write(spikes, input)
  const means: number[] = []
  for (const next of [4, 8, 8]) {
    given = next
    await learner.step(runtime, { input: spikes, labels: [0, 0, 0], steps, size, progress })
    const { values } = (await runtime.snapshot()).get(`reward.expected${steps}`)!
    means.push(values[0]! / values.at(-1)!)
  }
  const weighted = (...of: number[]) => {
    const weights = of.map((_, i) => 0.75 ** (of.length - 1 - i))
    return of.reduce((sum, value, i) => sum + value * weights[i]!, 0) / weights.reduce((a, b) => a + b)
  }
  expect(means).toEqual([4, weighted(4, 8), weighted(4, 8, 8)].map((value) => expect.closeTo(value, 12)))
})

test('in an environment, the spikes that act are those that are learnt from', async () => {
  const [period, count] = [16, 5]
  const acted: number[] = []
  const environment: Environment = {
    begin() {
      acted.length = 0
    },
    observe: () => Array.from({ length: count * inputs }, (_, i) => ((i * 5 + acted.length) % 7) / 6),
    act(actions) {
      acted.push(...Array.from(actions))
      return new Array(count).fill(1)
    },
  }
  const counts: number[] = []
  const loss: Loss = {
    ...crossEntropy({ reduce: 'each' }),
    evaluate(values, labels, shape) {
      for (let k = 0; k < shape.steps / period; k++)
        for (let b = 0; b < count; b++) {
          const fired = new Array(units).fill(0)
          for (let t = k * period; t < (k + 1) * period; t++)
            for (let n = 0; n < units; n++) fired[n] += values[(t * count + b) * units + n]!
          counts.push(fired.indexOf(Math.max(...fired)))
        }
      return crossEntropy({ reduce: 'each' }).evaluate(values, labels, shape)
    },
  }
  const session = createSession({
    network: sequential(inputs, [
      dense(6, { weight: { uniform: 1 } }),
      recurrent(escapeLif()),
      dense(units, { bias: false, weight: { normal: 0.3 } }),
      escapeLif({ width: 1 }),
    ]),
    learner: reward({ rule: 'max', environment }),
    encoder: poisson(),
    loss,
    steps: 3 * period,
  })
  const train = { images: new Float32Array(count * inputs), count, features: inputs }
  for await (const { metrics } of session.train({ train })) expect(metrics).toEqual({ reward: 3 })
  expect(acted.length).toBe(3 * count)
  expect(new Set(acted).size).toBe(units)
  expect(counts).toEqual(acted)
})

describe('refuses', () => {
  const network = sequential(inputs, [dense(units, { bias: false }), lif()])
  const code = (wanted: string) => expect.objectContaining({ code: wanted })
  const tried = (learner: Learner, given: Partial<Batch> = {}, of = network) =>
    change(of, learner, { layer1: one }, given)

  test('neurons that have no chance to fire, and parameters that no pair speaks of', async () => {
    await expect(tried(reward({ rule: 'max' }))).rejects.toThrow(/escapeLif/)
    const learning = sequential(inputs, [dense(units, { bias: false }), escapeLif({ learn: ['threshold'] })])
    const runtime = createRuntime({ network: learning, backend: reference(), loss: crossEntropy(), seed: 0 })
    const batch = {
      input: runtime.temporary([steps, size, inputs], 'spikes'),
      labels: [0, 0, 0],
      steps,
      size,
      progress,
    }
    await expect(reward().step(runtime, batch)).rejects.toEqual(code('HILLOCK_UNSUPPORTED'))
  })

  test('another number of rewards, and targets that no class is told by', async () => {
    await expect(tried(reward({ reward: () => [1] }))).rejects.toEqual(code('HILLOCK_SHAPE'))
    await expect(tried(reward({ reward: () => undefined as never }))).rejects.toEqual(code('HILLOCK_SHAPE'))
    const targets = { values: new Float64Array(size * units) }
    const runtime = createRuntime({
      network,
      backend: reference(),
      loss: meanSquaredError({ reduce: 'each' }),
      seed: 0,
    })
    const batch = {
      input: runtime.temporary([steps, size, inputs], 'spikes'),
      labels: [],
      targets,
      steps,
      size,
      progress,
    }
    await expect(reward().step(runtime, batch)).rejects.toEqual(code('HILLOCK_OPTION'))
  })

  test('environments that do not fit', async () => {
    const fits: Environment = { begin() {}, observe: () => new Float32Array(size * inputs), act: () => [0, 0, 0] }
    const period = { period: 2 }
    for (const environment of [
      { ...fits, observe: () => [1] },
      { ...fits, act: () => [1] },
    ])
      await expect(tried(reward({ environment, ...period }))).rejects.toEqual(code('HILLOCK_OPTION'))
    await expect(tried(reward({ environment: fits, period: 4 }))).rejects.toThrow(/whole periods/)
    const bright = { ...fits, observe: () => new Float32Array(size * inputs).fill(2) }
    await expect(tried(reward({ environment: bright, ...period }))).rejects.toEqual(code('HILLOCK_RANGE'))
  })
})

test('batch norm, whose statistics are of all time, is refused in an environment that acts within that time', async () => {
  const environment: Environment = { begin() {}, observe: () => new Float32Array(3 * inputs), act: () => [1, 1, 1] }
  const train = { images: new Float32Array(3 * inputs), labels: [0, 1, 0], classes: units, count: 3, features: inputs }
  const rewardOf = async (options: object) => {
    const network = sequential(inputs, [dense(units), batchNorm(), escapeLif()])
    const learner = reward({ rule: 'max', ...options })
    const session = createSession({ network, learner, encoder: poisson(), loss: crossEntropy(), steps: 16 })
    for await (const { metrics } of session.train({ train })) return metrics!.reward
    return undefined
  }
  expect(await rewardOf({})).toBeGreaterThanOrEqual(0)
  expect(await rewardOf({ environment })).toBe(1)
  await expect(rewardOf({ environment, period: 8 })).rejects.toMatchObject({
    code: 'HILLOCK_UNSUPPORTED',
    message: expect.stringMatching(/layer1 has batchNorm.*all time steps/),
  })
})

test('a grid is learnt by reward alone', async () => {
  const { learn } = await import(new URL('../bench/grid-world.mjs', import.meta.url).href)
  const { rewards, excess } = await learn(3, { epochs: 4, episodes: 112 })
  expect(rewards[0]).toBeLessThan(rewards.at(-1))
  expect(rewards.at(-1)).toBeGreaterThan(0.9)
  expect(Math.min(...excess)).toBe(0)
})
