import { type Backend, createSession } from '@hillock/core'
import { type Contender, label } from '../backends.ts'
import { images } from '../images.ts'
import { digits, table } from '../markdown.ts'
import { type Call, recording } from '../recording.ts'
import type { Report } from '../results.ts'
import { startOf } from '../start.ts'
import { quartiles } from '../statistics.ts'
import { createStepper } from '../stepper.ts'
import { learners, sessionOf, timedRate, type Workload } from '../workloads.ts'

const rounds = 15
/** Each call is repeated until it takes about this long, so that what a flush costs does not count. */
const enoughMs = 20
/** No figure is taken for longer than this; at least 3 times it is. */
const longestMs = 3000

/**
 * Takes one training step apart: the calls it makes of the backend are recorded, then made again one by one, many times each. Their sum
 * is what the kernels take; the whole step takes longer by what the framework adds.
 */
export async function kernelSuite(workloads: readonly Workload[], on: readonly Contender[]): Promise<Report> {
  const figures = []
  const tables = []
  for (const workload of workloads) {
    for (const contender of on) {
      const found = await takeApart(workload, contender)
      figures.push({ workload: workload.name, backend: contender.backend, threads: contender.threads, ...found })
      const share = (ms: number) => `${((100 * ms) / found.stepMs).toFixed(1)} %`
      const rows = found.calls.map(({ label: name, times, ms }) => [name, String(times), digits(ms), share(ms)])
      const sums = [
        ['sum of all calls', '', digits(found.callsMs), share(found.callsMs)],
        ['all calls in one go', '', digits(found.togetherMs), share(found.togetherMs)],
        ['whole step, through the session', '', digits(found.stepMs), ''],
        ['what the framework adds to all calls in one go', '', added(found), ''],
      ]
      const head = ['call', 'times', 'ms', 'of the step']
      tables.push(`## ${workload.name}, ${label(contender)}\n\n${table([head, ...rows, ...sums])}`)
    }
  }
  return {
    name: 'kernels',
    title: 'Where a training step goes',
    about:
      'Median ms of each call that one training step makes of its backend, made again alone; the whole step beside their sum.',
    figures,
    tables: tables.join('\n\n'),
  }
}

const added = ({ stepMs, togetherMs }: { stepMs: number; togetherMs: number }) =>
  `${(100 * (stepMs / togetherMs - 1)).toFixed(0)} %`

async function takeApart(workload: Workload, { make }: Contender) {
  const { train } = await images()
  const { backend, record } = recording(await make())
  const { snapshot } = await startOf(workload)
  const session = createSession({ ...sessionOf(workload, learners.bptt(timedRate)), backend, snapshot })
  const one = {
    ...train,
    images: train.images.subarray(0, train.features),
    labels: train.labels.subarray(0, 1),
    count: 1,
  }
  const stepper = createStepper(session, { train, test: one }, workload.batch)
  try {
    for (let i = 0; i < 5; i++) await stepper.step()
    const whole = await often(() => timed(() => stepper.step()), 3 * rounds)
    const calls = await record(() => stepper.step())
    const tiny = backend.alloc([1])
    const all = () => Promise.all([...calls.map(({ run }) => run(backend)), backend.read(tiny)])
    const together = await often(() => timed(all), 3 * rounds)
    const summed = new Map<string, { times: number; ms: number }>()
    for (const call of calls) {
      const ms = await alone(call, backend)
      const before = summed.get(call.label) ?? { times: 0, ms: 0 }
      summed.set(call.label, { times: before.times + 1, ms: before.ms + ms })
    }
    const list = [...summed].map(([name, sum]) => ({ label: name, ...sum })).sort((a, b) => b.ms - a.ms)
    return {
      stepMs: whole,
      togetherMs: together,
      callsMs: list.reduce((sum, { ms }) => sum + ms, 0),
      calls: list,
    }
  } finally {
    await stepper.stop()
    await session.dispose()
  }
}

/** ms of one call: many of them in one flush, less what an empty flush takes. */
async function alone({ run }: Call, backend: Backend): Promise<number> {
  const tiny = backend.alloc([1])
  const flush = (times: number) =>
    timed(async () => {
      const made = []
      for (let i = 0; i < times; i++) made.push(run(backend))
      await Promise.all(made)
      await backend.read(tiny)
    })
  const first = Math.min(await flush(1), await flush(1))
  const times = Math.min(200, Math.max(1, Math.round(enoughMs / first)))
  const found = await often(async () => ((await flush(times)) - (await flush(0))) / times, rounds)
  backend.free(tiny)
  return found
}

/** The median of so many figures, or of as many as there is time for. */
async function often(figure: () => Promise<number>, times: number): Promise<number> {
  const found: number[] = []
  const start = performance.now()
  while (found.length < 3 || (found.length < times && performance.now() - start < longestMs)) found.push(await figure())
  return quartiles(found).median
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
