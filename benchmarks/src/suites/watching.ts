import { createSession, type Neuron, type SessionOptions, sequential } from '@hillock/core'
import { take } from '@hillock/datasets'
import { type Contender, label } from '../backends.ts'
import { images } from '../images.ts'
import { digits, spread, table } from '../markdown.ts'
import { createClock } from '../peers/clock.ts'
import type { Report } from '../results.ts'
import { startOf } from '../start.ts'
import { quartiles } from '../statistics.ts'
import { createStepper } from '../stepper.ts'
import { learners, sessionOf, timedRate, type Workload } from '../workloads.ts'

/** The same neurons, but that nothing looks for NaN and infinity in what they compute. */
const unwatched = (neuron: Neuron): Neuron => {
  const { kernels } = neuron
  return {
    ...neuron,
    kernels: { ...kernels, watched: ({ learn } = {}) => (learn ? kernels.learning() : kernels.forward) },
  }
}

const withoutWatching = ({ network, ...options }: Omit<SessionOptions, 'backend'>) => ({
  ...options,
  network: sequential(
    network.inputs,
    network.layers.flatMap(({ sources: [source], neuron }) => [source!.parts[0]!.connection, unwatched(neuron)]),
  ),
})

/** Lets the sides do one piece of work each, in an order that rotates: what each took, and the CPU time as against that of the first. */
async function alternate(sides: Readonly<Record<string, () => Promise<unknown>>>, rounds: number) {
  const all = Object.entries(sides).map(([side, work]) => ({ side, work, clock: createClock() }))
  for (let round = -warmUp; round < rounds; round++) {
    for (let i = 0; i < all.length; i++) {
      const { work, clock } = all[(i + round + warmUp) % all.length]!
      clock.start()
      await work()
      if (round >= 0) clock.stop()
    }
  }
  const [first] = all
  return all.map(({ side, clock }) => {
    const cpuMs = quartiles(clock.cpuMs)
    return { side, ms: quartiles(clock.ms), cpuMs, ratio: cpuMs.median / quartiles(first!.clock.cpuMs).median }
  })
}

/** Pieces of work of each side that are not counted. */
const warmUp = 150

/** What it costs that NaN and infinity are found: training steps and evaluations, with and without, one after the other. */
export async function watchingSuite(
  workloads: readonly Workload[],
  on: readonly Contender[],
  rounds: number,
): Promise<Report> {
  const data = await images()
  const tested = take(data.test, 250)
  const found: { labels: Record<string, string>; sides: Awaited<ReturnType<typeof alternate>> }[] = []
  for (const workload of workloads) {
    const { snapshot } = await startOf(workload)
    for (const contender of on) {
      const [steps, evaluations]: Record<string, () => Promise<unknown>>[] = [{}, {}]
      const ends: (() => Promise<void>)[] = []
      for (const side of ['unwatched', 'watched']) {
        const usual = sessionOf(workload, learners.bptt(timedRate))
        const options = side === 'watched' ? usual : withoutWatching(usual)
        const session = createSession({ ...options, snapshot, backend: await contender.make() })
        const stepper = createStepper(session, { train: data.train, test: take(data.test, 1) }, workload.batch)
        steps![side] = () => stepper.step()
        // Between two batches, for which training waits.
        evaluations![side] = () => session.evaluate(tested)
        ends.push(async () => {
          await stepper.stop()
          await session.dispose()
        })
      }
      for (const [what, sides] of [
        ['training step', steps!],
        [`evaluation of ${tested.count}`, evaluations!],
      ] as const) {
        const labels = { workload: workload.name, backend: label(contender), what }
        found.push({ labels, sides: await alternate(sides, 20 * rounds) })
      }
      for (const end of ends) await end()
    }
  }
  const rows = found.flatMap(({ labels, sides }) =>
    sides.map(({ side, cpuMs, ratio }) => [
      ...Object.values(labels),
      side,
      digits(cpuMs.median),
      spread(cpuMs),
      side === 'watched' ? `${(100 * (ratio - 1)).toFixed(1)} %` : '',
    ]),
  )
  return {
    name: 'watching',
    title: 'What it costs to find NaN and infinity',
    about:
      'CPU milliseconds of whole training steps and evaluations through the session: with neurons that are watched for NaN and infinity, ' +
      `as always, and without, one after the other. What lasts is summed after every 64 batches on both sides. Data: ${data.name}.`,
    figures: found,
    tables: table([['workload', 'backend', 'what', 'side', 'CPU ms', 'quartiles', 'more'], ...rows]),
  }
}
