import { dense } from '../src/connections/dense.ts'
import { constant } from '../src/encoders/constant.ts'
import type { Learner } from '../src/learner.ts'
import { crossEntropy } from '../src/losses/cross-entropy.ts'
import { sequential } from '../src/network/sequential.ts'
import { lif } from '../src/neurons/lif.ts'
import type { Optimizer } from '../src/optimizers/optimizer.ts'
import { sgd } from '../src/optimizers/sgd.ts'
import { generator, stream } from '../src/random/index.ts'
import { activityOf } from '../src/runtime/activity.ts'
import { backward } from '../src/runtime/backward.ts'
import { forward } from '../src/runtime/forward.ts'
import { outputError, type Signals } from '../src/runtime/output-error.ts'
import type { Snapshot } from '../src/runtime/snapshot.ts'
import { update } from '../src/runtime/update.ts'
import type { Dataset, ExampleSource, Examples } from '../src/session/examples.ts'
import type { EpochReport } from '../src/session/reports.ts'
import type { Session, SessionOptions } from '../src/session/session.ts'
import type { TrainOptions } from '../src/session/train.ts'
import { fastSigmoid } from '../src/surrogates.ts'

/** Examples of three classes, each of which lights four of twelve values. */
export function stripes(count: number, seed: number): Examples {
  const random = generator(seed, stream.augment)
  const [features, classes] = [12, 3]
  const labels = Uint8Array.from({ length: count }, (_, i) => i % classes)
  const images = Float32Array.from({ length: count * features }, (_, i) => {
    const lit = Math.floor((i % features) / 4) === labels[Math.floor(i / features)]
    return (lit ? 0.6 : 0) + 0.4 * random.uniform()
  })
  return { images, labels, count, features, classes }
}

export const data = { train: stripes(48, 1), test: stripes(30, 2) }

/** The gradient through all layers and time, and a plain step along it. */
export const descent = (rule: number | Optimizer = 0.05): Learner => {
  const optimizer = typeof rule === 'number' ? sgd({ learningRate: rule, momentum: 0.5 }) : rule
  return {
    name: 'descent',
    async step(runtime, batch) {
      const passes = forward(runtime, batch, { learn: true })
      const error = await outputError(runtime, passes.at(-1)!, batch.labels)
      let signals: Signals = error.signals
      const layers = []
      for (const pass of passes.toReversed()) {
        const result = await backward(runtime, pass, signals, { input: pass.layer.index > 0 })
        layers.push(result)
        if (result.input) signals = { spike: result.input }
      }
      await update(runtime, optimizer, layers, batch.progress)
      return { ...error, activity: activityOf(runtime, passes) }
    },
  }
}

const wide = { surrogate: fastSigmoid({ slope: 5 }) }

/** A session's options that learn the stripes: 12 values, 24 neurons, 3 classes. */
export const toy = (): SessionOptions => ({
  network: sequential(12, [dense(24, { weight: { uniform: 0.5 } }), lif(wide), dense(3), lif(wide)]),
  learner: descent(),
  encoder: constant(),
  loss: crossEntropy(),
  steps: 8,
  seed: 1,
})

/** What a snapshot holds, by name. */
export const bits = (snapshot: Snapshot) =>
  Object.fromEntries([...snapshot].map(([name, { values }]) => [name, [...values]]))

/** Trains to the end; the reports. */
export async function trained(
  session: Session,
  options: TrainOptions = {},
  given: Dataset<Examples | ExampleSource> = data,
): Promise<EpochReport[]> {
  const reports: EpochReport[] = []
  for await (const report of session.train(given, { batchSize: 20, ...options })) reports.push(report)
  return reports
}
