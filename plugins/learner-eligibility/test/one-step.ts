import { type Backend, crossEntropy, type Learner, type Loss, type Network, type Snapshot } from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { type Batch, createRuntime } from '@hillock/core/learner'

/** Weights before and after a step on some noise. */
export async function after(
  of: Network,
  learner: Learner,
  steps = 6,
  loss: Loss = crossEntropy(),
  backend: Backend = oracle(),
) {
  const size = 2
  const runtime = createRuntime({ network: of, backend, loss, seed: 3 })
  const input = runtime.temporary([steps, size, of.inputs])
  runtime.backend.write(
    input,
    Array.from({ length: steps * size * of.inputs }, (_, i) => Math.sin(7 * i * i)),
  )
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const batch: Batch = { input, labels: [0, of.layers.at(-1)!.size - 1], steps, size, progress }
  const before = await runtime.snapshot()
  await learner.step(runtime, batch)
  return { before, after: await runtime.snapshot() }
}

export function difference(found: Snapshot, wanted: Snapshot): number {
  const errors = [...wanted].flatMap(([name, { values }]) =>
    Array.from(values, (value, i) => Math.abs(value - found.get(name)!.values[i]!)),
  )
  return Math.max(...errors)
}
