import { wasm } from '@hillock/backend-wasm'
import {
  adam,
  adaptiveLif,
  cosine,
  createSession,
  dense,
  leakyIntegrator,
  meanSquaredError,
  recurrent,
  rows,
  sequential,
} from '@hillock/core'
import type { MackeyGlass } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { type Forecast, momentsOf } from './forecast.ts'

export interface SpikingOptions {
  /** Neurons of the recurrent layer. Default: 128. */
  readonly neurons?: number
  /** Default: 300. */
  readonly epochs?: number
  /** Learning rate at the beginning. Default: 5e-3. */
  readonly rate?: number
  readonly seed?: number
}

/** Points of an example, how far examples are apart, and points at the beginning of each that do not count. */
const [steps, stride, warmUp] = [120, 10, 20]

/**
 * A recurrent layer of adaptive LIF neurons and a leaky readout, trained by backpropagation through time on spans of the series. A value comes
 * in as a current, one step for a point; what comes out is the change to the next point, in its standard deviations.
 */
export async function spiking(
  { train, test }: MackeyGlass,
  { neurons = 128, epochs = 300, rate = 5e-3, seed = 0 }: SpikingOptions = {},
): Promise<Forecast> {
  const usual = momentsOf(train.images)
  const change = momentsOf(train.targets.map((value, t) => value - train.images[t]!)).deviation
  const scaled = (values: Float32Array) => values.map((value) => (value - usual.mean) / usual.deviation)
  const session = createSession({
    network: sequential(1, [
      dense(neurons, { weight: { uniform: 1 }, bias: { uniform: 1 } }),
      recurrent(adaptiveLif({ beta: 0.8, rho: 0.95, strength: 0.1 })),
      dense(1),
      leakyIntegrator({ beta: 0.5 }),
    ]),
    encoder: rows(),
    loss: meanSquaredError({ on: 'v' }),
    learner: bptt({ optimizer: adam({ learningRate: rate, lrSchedule: cosine() }) }),
    steps,
    backend: await wasm({ threads: 1 }),
    seed,
  })
  const wanted = train.targets.map((value, t) => (value - train.images[t]!) / change)
  for await (const _ of session.train({ train: spans(scaled(train.images), wanted) }, { epochs, batchSize: 8 }));

  const heard = session.stream()
  await heard.step(scaled(train.images))
  const { output } = await heard.step(scaled(test.images))
  const next = test.images.map((value, t) => value + change * output[t]!)

  const own = session.stream()
  await own.step(scaled(train.images))
  let value = test.images[0]!
  const alone = new Float32Array(test.images.length)
  for (let t = 0; t < alone.length; t++) {
    const { output } = await own.step(scaled(Float32Array.of(value)))
    value += change * output[0]!
    alone[t] = value
  }
  await session.dispose()
  return { next, alone }
}

/** Spans of a series as examples. */
function spans(values: Float32Array, wanted: Float32Array) {
  const count = Math.floor((values.length - steps) / stride) + 1
  const cut = (from: Float32Array) =>
    Float32Array.from({ length: count * steps }, (_, i) => from[Math.floor(i / steps) * stride + (i % steps)]!)
  const mask = Uint8Array.from({ length: count * steps }, (_, i) => (i % steps < warmUp ? 0 : 1))
  return { images: cut(values), targets: cut(wanted), mask, count, features: steps }
}
