import { expect, test } from '@jest/globals'
import { conv2d } from '../src/connections/conv.ts'
import { dense } from '../src/connections/dense.ts'
import { avgPool } from '../src/connections/pool.ts'
import { crossEntropy } from '../src/losses/cross-entropy.ts'
import { sequential } from '../src/network/sequential.ts'
import { type Neuron, neuron } from '../src/neuron.ts'
import { lif } from '../src/neurons/lif.ts'
import { recurrent } from '../src/neurons/recurrent.ts'
import { generator, stream } from '../src/random/index.ts'
import { reference } from '../src/reference/backend.ts'
import { forward } from '../src/runtime/forward.ts'
import { outputError } from '../src/runtime/output-error.ts'
import { createRuntime } from '../src/runtime/runtime.ts'
import { throughLayers } from '../src/runtime/through-layers.ts'

const [steps, size, channels, sites] = [9, 3, 4, 4]
const [beta, threshold, start] = [
  [0.5, 0.7, 0.9, 0.95],
  [0.2, 0.3, 0.4, 0.1],
  [0, 0.1, 0.2, 0.3],
]
const everywhere = (values: readonly number[]) =>
  Array.from({ length: sites * channels }, (_, n) => values[n % channels]!)

/** Time is in its equations, and its state starts from a parameter and decays towards one that is given. */
const drifting = neuron({
  name: 'drifting',
  params: { beta: 0.9, start: 0, threshold: 1 },
  bounds: { beta: [0, 1], start: { below: 'threshold' } },
  state: { v: 'start' },
  equations: `
    v = beta * v + input * (1 + beta * t / 10)
    spike = heaviside(v - threshold)
    v = v - threshold * detach(spike)`,
})

const networkOf = (of: Neuron) => sequential([6, 6, 2], [conv2d(channels, 3), avgPool(2), of, dense(2), lif()])

async function step(of: Neuron) {
  const network = networkOf(of)
  const runtime = createRuntime({ network, backend: reference(), loss: crossEntropy(), seed: 3 })
  const { uniform } = generator(5, stream.augment)
  const input = runtime.temporary([steps, size, network.inputs])
  runtime.backend.write(input, Float32Array.from({ length: steps * size * network.inputs }, uniform))
  const batch = { input, labels: [0, 1, 0], steps, size, progress: { update: 0, updates: 1, epoch: 0, epochs: 1 } }
  const passes = forward(runtime, batch, { learn: true })
  const { signals } = await outputError(runtime, passes.at(-1)!, batch.labels)
  const gradients: Record<string, number[]> = {}
  for (const layer of await throughLayers(runtime, passes, signals))
    for (const [name, gradient] of layer.gradients) gradients[name] = Array.from(await runtime.backend.read(gradient))
  const spikes = Array.from(await runtime.backend.read(passes[0]!.spikes))
  const shape = (await runtime.snapshot()).get('layer1.beta')!.shape
  await runtime.dispose()
  return { spikes, gradients, shape }
}

test.each<[string, (values: (given: readonly number[]) => readonly number[]) => Neuron]>([
  ['lif', (of) => lif({ beta: of(beta), threshold: of(threshold), learn: ['beta', 'threshold'] })],
  [
    'setup, time-varying values and starts',
    (of) =>
      drifting({
        beta: of(beta),
        threshold: of(threshold),
        start: of(start.map((x) => x / 4)),
        learn: ['beta', 'start'],
      }),
  ],
  [
    'with weights of their own',
    (of) => recurrent(lif({ beta: of(beta), threshold: of(threshold), learn: ['beta'] }), { to: 'itself' }),
  ],
])('a value for each channel is that value at every site: %s', async (_, made) => {
  const [own, all] = [await step(made((values) => values)), await step(made(everywhere))]
  expect(own.spikes).toEqual(all.spikes)
  expect(own.spikes.some((spike) => spike === 1)).toBe(true)
  expect([own.shape, all.shape]).toEqual([[channels], [sites * channels]])
  for (const [name, found] of Object.entries(own.gradients)) {
    const each = all.gradients[name]!
    const wanted = found.map((_, c) =>
      found.length === each.length ? each[c]! : each.reduce((sum, one, n) => sum + (n % channels === c ? one : 0), 0),
    )
    expect(wanted.some((value) => value !== 0)).toBe(true)
    for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 6)
  }
})

test('neither a value for each neuron nor one for each channel is refused', () => {
  expect(() => networkOf(lif({ beta: [0.5, 0.6] }))).toThrow(
    expect.objectContaining({
      code: 'HILLOCK_SHAPE',
      message: expect.stringMatching(
        /'beta' of lif has 2 values for 16 neurons\ngive one number, or 16 of them, or 4, one for each channel/,
      ),
    }),
  )
})
