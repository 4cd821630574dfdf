import { createSession } from '@hillock/core'
import { type Batch, createRuntime, forward } from '@hillock/core/learner'
import { type Contender, label } from '../backends.ts'
import { createClock } from '../peers/clock.ts'
import type { Checked } from '../peers/exchange.ts'
import type { Runner } from '../peers/turns.ts'
import { createStepper } from '../stepper.ts'
import { encoder, learner, loss, network, type Start, workload } from './workload.ts'

/** So large a rate that what is left of the weights is the gradient; so small a one that they stay. */
const [gradientRate, timedRate] = [2 ** 20, 1e-6]

export interface Side {
  readonly runner: Runner
  check(): Promise<Checked>
  end(): Promise<void>
}

/** Whole steps through the public session. */
export async function hillockSide(start: Start, contender: Contender): Promise<Side> {
  const { batch, steps, sizes } = workload
  const [features, { images, labels, snapshot }] = [sizes[0]!, start]
  const backend = await contender.make()
  const session = createSession({ network, learner: learner(timedRate), encoder, loss, steps, snapshot, backend })
  const train = { images, labels, count: labels.length, features, classes: 10 }
  const test = { ...train, images: images.subarray(0, features), labels: labels.subarray(0, 1), count: 1 }
  const stepper = createStepper(session, { train, test }, batch)
  return {
    runner: {
      name: `hillock, ${label(contender)}`,
      async run(count) {
        const clock = createClock()
        for (let i = 0; i < count; i++) {
          clock.start()
          await stepper.step()
          clock.stop()
        }
        return clock
      },
    },
    check: () => checkOf(start, contender),
    async end() {
      await stepper.stop()
      await session.dispose()
    },
  }
}

async function checkOf({ snapshot, input, labels }: Start, contender: Contender): Promise<Checked> {
  const { checked, steps, sizes } = workload
  const runtime = createRuntime({ network, backend: await contender.make(), loss, seed: 1, snapshot })
  const { backend } = runtime
  const given = backend.alloc([steps, checked, sizes[0]!])
  backend.write(given, input)
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const batch: Batch = { input: given, labels: labels.subarray(0, checked), steps, size: checked, progress }
  const found = await Promise.all(forward(runtime, batch).map((pass) => backend.read(pass.spikes)))
  const spikes = found.map((layer) => Uint8Array.from(layer, (value) => (value > 0 ? 1 : 0)))
  runtime.endStep()
  await learner(gradientRate).step(runtime, batch)
  const after = await runtime.snapshot()
  await runtime.dispose()
  const gradients = [...snapshot].map(([name, { values }]) => {
    const now = after.get(name)!.values
    return [name, Float32Array.from(values, (value, i) => (value - now[i]!) / gradientRate)] as const
  })
  return { spikes, gradients: Object.fromEntries(gradients) }
}
