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
import type { MackeyGlassSpans } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import type { Forecast } from './forecast.ts'

export interface SpikingOptions {
  /** Neurons of the recurrent layer. Default: 128. */
  readonly neurons?: number
  /** Default: 300. */
  readonly epochs?: number
  /** Learning rate at the beginning. Default: 5e-3. */
  readonly rate?: number
  readonly seed?: number
}

/**
 * A recurrent layer of adaptive LIF neurons and a leaky readout, trained by backpropagation through time on spans of the series. A value comes
 * in as a current, one step for a point; what comes out is the change to the next point, in its standard deviations.
 */
export async function spiking(
  { series: { train, test }, train: spans, steps, mean, deviation, change }: MackeyGlassSpans,
  { neurons = 128, epochs = 300, rate = 5e-3, seed = 0 }: SpikingOptions = {},
): Promise<Forecast> {
  const scaled = (values: Float32Array) => values.map((value) => (value - mean) / deviation)
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
  for await (const _ of session.train({ train: spans }, { epochs, batchSize: 8 }));

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
