import {
  adam,
  avgPool,
  conv2d,
  crossEntropy,
  dense,
  dropout,
  encode,
  firingRate,
  network as graph,
  type Loss,
  leakyIntegrator,
  lif,
  maxPool,
  type Network,
  neuron,
  neurons,
  poisson,
  recurrent,
  reference,
  type Snapshot,
  sequential,
  sgd,
} from '@hillock/core'
import { delayed, identity } from '@hillock/core/connections'
import { createRuntime } from '@hillock/core/learner'
import { kWinners } from '@hillock/core/neurons'
import { generator, stream } from '@hillock/core/random'
import { boxcar } from '@hillock/core/surrogates'
import { expect, test } from '@jest/globals'
import { type BpttOptions, bptt } from '../src/index.ts'

/** Its equations know the time, draw random numbers, and start from a parameter. */
const restless = neuron({
  name: 'restless',
  params: { beta: 0.8, start: 0.25 },
  state: { v: 'start', a: 0 },
  equations: `
    v = beta * v + input * (0.5 + 0.5 * cos(t / 7)) + 0.25 * (uniform() - 0.5)
    spike = heaviside(v - 1 - a)
    a = 0.9 * a + 0.25 * spike
    v = v - detach(spike)`,
})

const [steps, size, inputs] = [53, 5, 12]

interface Case {
  readonly network: Network
  readonly loss?: Loss
  readonly constant?: boolean
  readonly options?: BpttOptions
  /** Constants that parts need and the whole does not. */
  readonly constants?: number
}

const network = (...neurons: Parameters<typeof sequential>[1]) =>
  sequential(inputs, [dense(20), neurons[0]!, dense(4), neurons[1]!])

/** Delays within a part, and longer than one. */
const late = () =>
  graph(inputs, (input) => {
    const below = neurons(lif(), [dense(20), delayed(dense(16), { steps: 19 }), input], [dense(16), input])
    const perInput = Array.from({ length: 16 }, (_, i) => (7 * i) % 37)
    const perSynapse = Array.from({ length: 64 }, (_, i) => (5 * i) % 13)
    const slow = neurons(recurrent(lif()), [delayed(dense(16), { perInput }), below])
    return neurons(lif(), [delayed(dense(4), { perSynapse }), slow], [delayed(dense(4), { steps: 3 }), below])
  })

const cases: Record<string, Case> = {
  'spikes and their counts': { network: network(lif({ beta: 0.9 }), lif({ beta: 0.9 })) },
  'a loss on each step': {
    network: network(lif(), leakyIntegrator()),
    loss: crossEntropy({ on: 'v', reduce: 'each' }),
  },
  'a loss on the last step': {
    network: network(lif(), leakyIntegrator()),
    loss: crossEntropy({ on: 'v', reduce: 'last' }),
  },
  'constant input': { network: network(lif(), lif()), constant: true },
  'time, noise and learnable parameters': {
    network: network(restless({ learn: ['beta', 'start'] }), restless({ learn: ['start'] })),
  },
  'a surrogate of compact support': { network: network(lif({ surrogate: boxcar({ width: 0.5 }) }), lif()) },
  'neurons that see their layer': { network: network(kWinners({ k: 3, threshold: 0.1 }), lif()) },
  'layers that see their own spikes': { network: network(recurrent(lif(), { diagonal: false }), recurrent(lif())) },
  'layers that see their own spikes, constant input': { network: network(recurrent(lif()), lif()), constant: true },
  'recurrence and truncation across parts': { network: network(recurrent(lif()), lif()), options: { window: 32 } },
  'a regularised firing rate': {
    network: network(lif(), lif()),
    options: { regularize: firingRate({ low: 0.3, high: 0.4, strength: 3 }) },
  },
  'recurrent neurons': { network: network(recurrent(lif()), lif()) },
  'recurrent neurons that do not reach themselves, truncated': {
    network: network(
      recurrent(lif(), { diagonal: false, weight: { normal: 0.3 } }),
      recurrent(lif(), { to: 'itself' }),
    ),
    options: { window: 16 },
  },
  'a graph of convolutions, pools and a skip': {
    network: graph([3, 4, 1], (input) => {
      const a = neurons(lif(), [conv2d(3, 2), input])
      const b = neurons(lif(), [conv2d(3, 3, { padding: 1 }), a], [identity(), a])
      return neurons(lif(), [maxPool(2), dense(4), b], [avgPool([1, 3]), dense(4), a], [dense(4), input])
    }),
    options: { regularize: firingRate({ low: 0.3, high: 0.4, strength: 3 }) },
  },
  'values that are dropped': {
    network: sequential(inputs, [
      ...[dropout(0.2), dense(20), lif(), dropout(0.2, { each: 'step' }), dense(20), dropout(0.4), lif()],
      ...[dense(4), lif()],
    ]),
    options: { regularize: firingRate({ low: 0.3, high: 0.4, strength: 3 }) },
  },
  'spikes that arrive in later parts': { network: late(), constants: 3 },
  'spikes that arrive later, truncated': { network: late(), options: { window: 16 }, constants: 1 },
  'spikes that arrive later, truncated across parts': { network: late(), options: { window: 32 }, constants: 1 },
  'spikes that arrive later, truncated within parts': { network: late(), options: { window: 8 }, constants: 1 },
  'truncation within parts': { network: network(lif(), lif()), options: { window: 8 } },
  'truncation across parts': { network: network(lif(), lif()), options: { window: 32 } },
}

/** One step; the result and the weights afterwards. */
async function step({ network, loss = crossEntropy(), constant }: Case, options: BpttOptions) {
  const runtime = createRuntime({ network, backend: reference(), loss, seed: 3 })
  const { uniform } = generator(5, stream.augment)
  const pixels = runtime.temporary([1, size, inputs])
  runtime.backend.write(pixels, Float32Array.from({ length: size * inputs }, uniform))
  const random = { seed: 1, stream: stream.encoding, step: 0, place: 0 }
  const input = constant
    ? pixels
    : runtime.adopt(encode(runtime.backend, poisson({ probability: 0.5 }), pixels, { steps, random }))
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const labels = Uint8Array.from({ length: size }, (_, b) => b % 4)
  const result = await bptt({ optimizer: sgd({ learningRate: 1 }), ...options }).step(runtime, {
    input,
    labels,
    steps,
    size,
    progress,
  })
  const passes = await Promise.all(
    result.activity!.map(async ({ sum, values }) => (await runtime.backend.read(sum))[0]! / values),
  )
  runtime.endStep()
  const snapshot = await runtime.snapshot()
  const live = runtime.backend.live - snapshot.size
  await runtime.dispose()
  return { result, snapshot, passes, live }
}

function expectNear(found: Snapshot, wanted: Snapshot): void {
  for (const [name, { values }] of wanted) {
    const scale = Math.max(...Array.from(values, Math.abs))
    const own = found.get(name)!.values
    const worst = Math.max(...Array.from(values, (value, i) => Math.abs(value - own[i]!)))
    expect([name, worst / scale]).toEqual([name, expect.any(Number)])
    expect(worst / scale).toBeLessThan(2e-5)
  }
}

test.each(Object.entries(cases))('parts that run again give the gradients of the whole: %s', async (_name, one) => {
  const whole = await step(one, { ...one.options })
  for (const recompute of [16, 32]) {
    const parts = await step(one, { ...one.options, recompute })
    expect(parts.result.correct).toBe(whole.result.correct)
    expect(parts.result.loss).toBeCloseTo(whole.result.loss, 5)
    expectNear(parts.snapshot, whole.snapshot)
    for (const [l, mean] of whole.passes.entries()) expect(parts.passes[l]).toBeCloseTo(mean, 4)
    expect(parts.live).toBe(whole.live + (one.constants ?? 0))
  }
})

test('a diagonal that is none stays 0', async () => {
  const { snapshot } = await step(cases['recurrent neurons that do not reach themselves, truncated']!, {})
  const { values } = snapshot.get('layer1.recurrent')!
  expect(Array.from({ length: 20 }, (_, i) => values[21 * i])).toEqual(new Array(20).fill(0))
  expect(values.filter((x) => x !== 0)).toHaveLength(380)
})

test.each([
  [{ recompute: 10 }, /'recompute' is 10\ngive a multiple of 16/],
  [{ recompute: 0 }, /'recompute' is 0/],
  [{ recompute: 32, window: 24 }, /a window of 24 with recompute 32/],
  [{ windw: 3 }, /bptt has no option 'windw'\ndid you mean 'window'/],
  [{ optimizer: adam as never }, /'optimizer' is the function 'adam'\ncall it: adam\(\)/],
  [{ optimizer: { rate: 0.1 } as never }, /'optimizer' is an object\ngive an optimizer, such as adam\(\)/],
  [{ regularize: { high: 0.1 } as never }, /'regularize' is an object\ngive firingRate\(\)/],
])('%j is refused', (options, message) => {
  expect(() => bptt(options as BpttOptions)).toThrow(
    expect.objectContaining({ code: 'HILLOCK_OPTION', message: expect.stringMatching(message) }),
  )
})
