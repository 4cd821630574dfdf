import { expect, test } from '@jest/globals'
import { oracle } from '../src/entries/backend.ts'
import { type BatchNormOptions, share } from '../src/entries/connections.ts'
import { checkDense, createRuntime, type ForwardOptions, forward } from '../src/entries/learner.ts'
import { linear } from '../src/entries/neurons.ts'
import {
  batchNorm,
  conv2d,
  crossEntropy,
  dense,
  lif,
  type Network,
  network,
  neurons,
  type Snapshot,
  sequential,
} from '../src/index.ts'
import { lastingOf, parametersOf } from '../src/network/layer.ts'

const [steps, size] = [6, 4]
const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }

/** What a network gives of values that differ in all; `still`: given once for all steps. */
async function run(
  made: Network,
  options: ForwardOptions & { readonly still?: boolean; readonly samples?: number } = {},
  snapshot?: Snapshot,
) {
  const { still = false, samples = size, ...rest } = options
  const runtime = createRuntime({ network: made, backend: oracle(), loss: crossEntropy(), seed: 1, snapshot })
  const input = runtime.temporary([still ? 1 : steps, samples, made.inputs])
  const values = Float64Array.from({ length: input.shape[0]! * samples * made.inputs }, (_, i) => (7 * i * i) % 23)
  runtime.backend.write(input, values)
  const passes = forward(runtime, { input, labels: [], steps, size: samples, progress }, rest)
  const spikes = Array.from(await runtime.backend.read(passes.at(-1)!.spikes))
  return { spikes, after: await runtime.snapshot() }
}

const alone = (options?: BatchNormOptions) => sequential(3, [batchNorm(options), linear()])
/** Mean and biased variance of every k-th value. */
function momentsOf(values: readonly number[]): readonly [number, number] {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  return [mean, values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length]
}
const every = (values: readonly number[], k: number, from = 0) => values.filter((_, i) => i % k === from)

test('in training each channel has mean 0 and the variance that is asked for', async () => {
  for (const threshold of [1, 0.5]) {
    const { spikes } = await run(alone({ threshold }), { training: true })
    for (let c = 0; c < 3; c++) {
      const [mean, variance] = momentsOf(every(spikes, 3, c))
      expect([mean, variance]).toEqual([expect.closeTo(0, 12), expect.closeTo(threshold ** 2, 5)])
    }
  }
})

test('channels of an image are normalized over its places', async () => {
  const made = sequential([2, 3, 2], [batchNorm(), linear()])
  const { spikes, after } = await run(made, { training: true })
  for (let c = 0; c < 2; c++)
    expect(momentsOf(every(spikes, 2, c))).toEqual([expect.closeTo(0, 12), expect.closeTo(1, 5)])
  expect(after.get('layer1.norm.mean')!.shape).toEqual([2])
})

test('with steps, each step has statistics, scales and shifts of its own', async () => {
  const { spikes, after } = await run(alone({ steps }), { training: true })
  for (let t = 0; t < steps; t++) {
    const step = spikes.slice(t * size * 3, (t + 1) * size * 3)
    for (let c = 0; c < 3; c++) expect(momentsOf(every(step, 3, c))[0]).toBeCloseTo(0, 12)
  }
  expect([...after].map(([name, { shape }]) => [name, shape])).toEqual(
    ['weight', 'bias', 'mean', 'variance'].map((name) => [`layer1.norm.${name}`, [steps, 3]]),
  )
})

test.each([undefined, steps])(
  'evaluation goes by the running statistics, also part by part (steps: %s)',
  async (own) => {
    const made = alone({ ...(own && { steps: own }) })
    const { after } = await run(made, { training: true })
    const { spikes, after: again } = await run(made, {}, after)
    expect(again.get('layer1.norm.mean')).toEqual(after.get('layer1.norm.mean'))
    const [mean, variance] = ['mean', 'variance'].map((name) => after.get(`layer1.norm.${name}`)!.values)
    const x = Array.from({ length: spikes.length }, (_, i) => (7 * i * i) % 23)
    const at = (i: number) => (own ? 3 * Math.floor(i / (3 * size)) : 0) + (i % 3)
    const wanted = x.map((one, i) => (one - mean![at(i)]!) / Math.sqrt(variance![at(i)]! + 1e-5))
    spikes.forEach((one, i) => {
      expect(one).toBeCloseTo(wanted[i]!, 10)
    })
    const { spikes: part } = await run(made, { from: 2, steps: 3 }, after)
    expect(part).toEqual(spikes.slice(2 * size * 3, 5 * size * 3))
  },
)

test('what is the same at every step is normalized as if it were given at each', async () => {
  const still = await run(alone(), { training: true, still: true })
  expect(momentsOf(every(still.spikes, 3))[1]).toBeCloseTo(1, 5)
  expect(still.spikes.slice(0, 12)).toEqual(still.spikes.slice(12, 24))
  // The unbiased variance of all steps: 24 values.
  const values = every(
    Array.from({ length: 12 }, (_, i) => (7 * i * i) % 23),
    3,
  )
  expect(still.after.get('layer1.norm.variance')!.values[0]).toBeCloseTo(
    0.9 + (0.1 * momentsOf(values)[1] * 24) / 23,
    5,
  )
})

test('names, parameters and what lasts', () => {
  const made = sequential([6, 6, 1], [conv2d(4, 3, { bias: false }), batchNorm(), lif(), dense(2), batchNorm(), lif()])
  const names = made.layers.flatMap(parametersOf).map(({ name }) => name)
  expect(names).toEqual([
    ...['layer1.weight', 'layer1.norm.weight', 'layer1.norm.bias'],
    ...['layer2.weight', 'layer2.bias', 'layer2.norm.weight', 'layer2.norm.bias'],
  ])
  expect(made.parameters).toBe(36 + 8 + 128 + 2 + 4)
  expect(
    lastingOf(made.layers[0]!)
      .slice(3)
      .map(({ name }) => name),
  ).toEqual(['layer1.norm.mean', 'layer1.norm.variance'])
})

test('shared ones share their statistics', () => {
  const norm = share(batchNorm())
  const made = sequential(3, [dense(3), norm, lif(), dense(3), norm, lif()])
  expect(lastingOf(made.layers[1]!).map(({ name }) => name)).toContain('layer1.norm.mean')
})

test('a snapshot without running statistics is refused', async () => {
  const { after } = await run(alone(), { training: true })
  const lacking = new Map([...after].filter(([name]) => !name.endsWith('.variance')))
  await expect(run(alone(), {}, lacking)).rejects.toMatchObject({ code: 'HILLOCK_SHAPE' })
})

test.each([
  [{ steps: 5 }, { training: true }, 'HILLOCK_SHAPE', 'batchNorm({ steps: 6 })'],
  [{ steps: 5 }, {}, 'HILLOCK_SHAPE', 'batchNorm of 5 steps runs for 6'],
  [{ steps }, { training: true, samples: 1 }, 'HILLOCK_SHAPE', 'larger batches'],
  [{}, { training: true, from: 2 }, 'HILLOCK_UNSUPPORTED', 'without recompute'],
] as const)('%j with %j is refused', async (options, how, code, message) => {
  await expect(run(alone(options), how)).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
})

test('rules that take dense layers alone refuse it', () => {
  for (const parts of [[dense(3), batchNorm()], [batchNorm()]])
    expect(() => checkDense('rule', sequential(4, [...parts, lif()]))).toThrow(/batchNorm.*\nuse dense/)
})

test('sums of several sources may be normalized apart', async () => {
  const made = network(3, (input) =>
    neurons(linear(), [dense(2), batchNorm(), input], [dense(2), batchNorm({ bias: false }), input]),
  )
  const { spikes } = await run(made, { training: true })
  expect(momentsOf(every(spikes, 2))[0]).toBeCloseTo(0, 12)
  expect(made.layers[0]!.sources[0]!.parts.map(({ connection }) => connection.kind)).toEqual([
    'dense',
    'batchNorm',
    'identity',
  ])
})
