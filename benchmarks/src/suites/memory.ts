import { wasm } from '@hillock/backend-wasm'
import { crossEntropy, dense, type Learner, lif, sequential } from '@hillock/core'
import { type Batch, createRuntime } from '@hillock/core/learner'
import { bptt } from '@hillock/learner-bptt'
import { eligibility } from '@hillock/learner-eligibility'
import { digits, table } from '../markdown.ts'
import type { Report } from '../results.ts'
import { watched } from '../watched.ts'

const [inputs, hidden, classes, batch] = [784, 128, 10, 64]
const network = sequential(inputs, [dense(hidden), lif(), dense(classes), lif()])

interface Measured {
  readonly learner: string
  readonly steps: number
  readonly peakMiB: number
  readonly seconds: number
}

/** Learners and the numbers of steps that they are tried on: those that keep every step are not asked for 10,000. */
const tried: readonly (readonly [name: string, make: () => Learner, steps: readonly number[]])[] = [
  ['eligibility, online', () => eligibility({ mode: 'online' }), [100, 1000, 10_000]],
  ['eligibility, algebraic', () => eligibility(), [100, 1000]],
  ['bptt', () => bptt(), [100, 1000]],
]

/** How much memory a training step takes with the number of time steps. */
export async function memorySuite(threads: number): Promise<Report> {
  const measured: Measured[] = []
  for (const [learner, make, all] of tried) {
    for (const steps of all) measured.push({ learner, steps, ...(await measure(make(), steps, threads)) })
  }
  const rows = measured.map((one) => [one.learner, String(one.steps), digits(one.peakMiB), digits(one.seconds)])
  return {
    name: 'memory',
    title: 'Memory over time steps',
    about:
      `A training step of ${inputs}-${hidden}-${classes} lif neurons, B = ${batch}, a constant current for input and a loss of each ` +
      `step, on wasm with threads: ${threads}. The peak is of memory that the backend uses, weights and moments among it.`,
    figures: { measured },
    tables: table([['learner', 'T', 'peak MiB', 'seconds'], ...rows]),
  }
}

async function measure(learner: Learner, steps: number, threads: number) {
  const { backend, peak } = watched(await wasm({ threads }))
  const runtime = createRuntime({ network, backend, loss: crossEntropy({ reduce: 'each' }), seed: 1 })
  const input = runtime.temporary([1, batch, inputs])
  runtime.backend.write(
    input,
    Float32Array.from({ length: batch * inputs }, (_, i) => (i % 7) / 7),
  )
  const labels = Uint8Array.from({ length: batch }, (_, b) => b % classes)
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const given: Batch = { input, labels, steps, size: batch, progress }
  const began = performance.now()
  await learner.step(runtime, given)
  const seconds = (performance.now() - began) / 1000
  await runtime.dispose()
  return { peakMiB: peak() / 2 ** 20, seconds }
}
