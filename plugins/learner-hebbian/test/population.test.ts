import {
  createRuntime,
  crossEntropy,
  dense,
  forward,
  generator,
  kWinners,
  reference,
  sequential,
  stream,
} from '@hillock/core'
import { expect, test } from '@jest/globals'
import { eventsOf } from '../src/events.ts'
import { simdKernels } from '../src/kernels.ts'
import { lazyWeights } from '../src/lazy-weights.ts'
import { competitionOf, population } from '../src/population.ts'

const [inputs, size, steps] = [10, 40, 30]
const random = generator(1, stream.noise)
const threshold = Array.from({ length: size }, () => random.integer(32) / 64)
const simd = await simdKernels()

// Weights are multiples of 1/64 and factors powers of 2: currents are exact, and no step rounds differently.
test.each([
  ['one winner', { k: 1, threshold: 0.5 }],
  ['some winners, thresholds of their own', { k: 5, threshold }],
  ['inhibition', { k: 3, threshold, drop: 0, inhibition: 0.5 }],
  ['a reset of all', { k: 3, threshold: 0.25, drop: 0, inhibition: 1 }],
])('the host plays what the equations say: %s', async (_, options) => {
  const network = sequential(inputs, [dense(size, { bias: false }), kWinners({ beta: 0.5, ...options })])
  const values = Float32Array.from({ length: inputs * size }, () => random.integer(64) / 64 - 0.25)
  const snapshot = new Map([['layer1.weight', { shape: [inputs, size], values }]])
  const runtime = createRuntime({ network, backend: reference(), loss: crossEntropy(), seed: 0, snapshot })
  const spikes = Float32Array.from({ length: steps * inputs }, () => (random.uniform() < 0.3 ? 1 : 0))
  const input = runtime.backend.alloc([steps, 1, inputs], 'spikes')
  runtime.backend.write(input, spikes)
  const progress = { step: 0, steps: 1, epoch: 0, epochs: 1 }
  const [pass] = forward(runtime, { input, labels: [], steps, size: 1, progress })
  const wanted = await runtime.backend.read(pass!.spikes)
  expect(wanted).toContain(1)

  simd.reserve(values.length, size)
  const weights = lazyWeights(simd.place(values), size, simd)
  const { layer } = pass!
  const neurons = population(competitionOf(layer, layer.neuron.params, {}), new Float32Array(size), simd)
  const events = eventsOf(spikes, inputs)
  const found = new Float32Array(steps * size)
  neurons.begin(0, size)
  for (let t = 0; t < steps; t++) {
    neurons.step(weights, { index: events.index, from: events.start[t]!, to: events.start[t + 1]! })
    for (let e = 0; e < neurons.winners.to; e++) found[t * size + neurons.winners.index[e]!] = 1
  }
  expect(Array.from(found)).toEqual(Array.from(wanted))
})

test('who does not take part stays silent', () => {
  const [layer] = sequential(1, [dense(4), kWinners({ k: 4, threshold: 0 })]).layers
  const neurons = population(competitionOf(layer!, layer!.neuron.params, {}), new Float32Array(4).fill(1))
  const weights = lazyWeights(new Float32Array(4), 4)
  neurons.begin(1, 3)
  neurons.step(weights, { index: new Int32Array(0), from: 0, to: 0 })
  expect(Array.from(neurons.winners.index.subarray(0, neurons.winners.to))).toEqual([1, 2])
})
