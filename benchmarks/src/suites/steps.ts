import { createSession, encode, poisson } from '@hillock/core'
import { stream } from '@hillock/core/random'
import { take } from '@hillock/datasets'
import { type Contender, label } from '../backends.ts'
import { images } from '../images.ts'
import { digits, spread, table } from '../markdown.ts'
import type { Report } from '../results.ts'
import { type Start, startOf } from '../start.ts'
import { createStepper } from '../stepper.ts'
import { learners, sessionOf, timedRate, type Workload } from '../workloads.ts'
import { type Measured, measure } from './measure.ts'

function report(name: string, title: string, about: string, figures: readonly Measured[], data: string): Report {
  const columns = Object.keys(figures[0]!.labels)
  const rows = figures.map(({ labels, ms }) => [
    ...columns.map((column) => `${labels[column]}`),
    digits(ms.median),
    spread(ms),
    String(ms.count),
  ])
  const tables = table([[...columns, 'ms', 'quartiles', 'runs'], ...rows])
  return { name, title, about: `${about} Data: ${data}.`, figures, tables }
}

/** Whole training steps of every learner through the public session, encoding included. */
export async function stepSuite(workloads: readonly Workload[], on: readonly Contender[]): Promise<Report> {
  const data = await images()
  const part = { train: data.train, test: take(data.test, 1) }
  const starts = new Map<Workload, Start>()
  for (const workload of workloads) starts.set(workload, await startOf(workload))
  const tasks = workloads.flatMap((workload) =>
    Object.entries(learners).flatMap(([learner, make]) =>
      on.map((contender) => async () => {
        const { snapshot } = starts.get(workload)!
        const backend = await contender.make()
        const session = createSession({ ...sessionOf(workload, make(timedRate)), snapshot, backend })
        const stepper = createStepper(session, part, workload.batch)
        return {
          labels: { workload: workload.name, learner, backend: label(contender) },
          run: () => stepper.step(),
          end: async () => {
            await stepper.stop()
            await session.dispose()
          },
        }
      }),
    ),
  )
  const about =
    'Median ms of a training step through the session: encoding, forward, backward, update, activity counted.'
  return report('step', 'Training steps', about, await measure(tasks), data.name)
}

/** An epoch of 10,000 images (or what there is) in the tutorial's batches, and its evaluation left out. */
export async function epochSuite([workload]: readonly Workload[], on: readonly Contender[]): Promise<Report> {
  const data = await images()
  const part = { train: take(data.train, Math.min(10_000, data.train.count)), test: take(data.test, 1) }
  const tasks = on.map((contender) => async () => {
    const session = createSession({ ...sessionOf(workload!, learners.bptt()), backend: await contender.make() })
    return {
      labels: { workload: workload!.name, images: part.train.count, backend: label(contender) },
      run: async () => {
        for await (const _ of session.train(part, { batchSize: workload!.batch, test: 'last' }));
      },
      end: () => session.dispose(),
    }
  })
  const about = 'Median ms of a whole epoch of training.'
  return report('epoch', 'Epochs', about, await measure(tasks, { time: 0, iterations: 3, warmup: false }), data.name)
}

/** Poisson encoding of a batch, until the spikes are there. */
export async function encodeSuite(on: readonly Contender[]): Promise<Report> {
  const data = await images()
  const [batch, steps] = [64, 50]
  const { features } = data.train
  const pixels = data.train.images.subarray(0, batch * features)
  const tasks = [0.1, 1].flatMap((probability) =>
    on.map((contender) => async () => {
      const backend = await contender.make()
      const input = backend.alloc([1, batch, features])
      backend.write(input, pixels)
      const encoder = poisson({ probability })
      const tiny = backend.alloc([1])
      let step = 0
      return {
        labels: { input: `[${steps}, ${batch}, ${features}] at ${probability} x pixel`, backend: label(contender) },
        run: () => {
          const random = { seed: 1, stream: stream.encoding, step: step++, place: 0 }
          backend.free(encode(backend, encoder, input, { steps, random }))
          return backend.read(tiny)
        },
        end: () => backend.dispose(),
      }
    }),
  )
  const about = 'Median ms of the Poisson encoding of a batch.'
  return report('encode', 'Encoding', about, await measure(tasks), data.name)
}
