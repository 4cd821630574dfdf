import { createSession, type Neuron, type Session, type SessionOptions, sequential } from '@hillock/core'
import { take } from '@hillock/datasets'
import { type Contender, label } from '../backends.ts'
import { images } from '../images.ts'
import { createClock } from '../peers/clock.ts'
import { type Runner, type Turns, takeTurns, turnsTable } from '../peers/turns.ts'
import type { Report } from '../results.ts'
import { startOf } from '../start.ts'
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
    network.layers.flatMap(({ connection, neuron }) => [connection, unwatched(neuron)]),
  ),
})

/** What it costs that NaN and infinity are found: training steps and evaluations, with and without, in turns. */
export async function watchingSuite(
  workloads: readonly Workload[],
  on: readonly Contender[],
  rounds: number,
): Promise<Report> {
  const data = await images()
  const tested = take(data.test, 250)
  const found: { workload: string; backend: string; what: string; turns: Turns[] }[] = []
  for (const workload of workloads) {
    const { snapshot } = await startOf(workload)
    for (const contender of on) {
      const sessions: Session[] = []
      const ends: (() => Promise<void>)[] = []
      const [steps, evaluations]: [Runner[], Runner[]] = [[], []]
      for (const name of ['unwatched', 'watched']) {
        const usual = sessionOf(workload, learners.bptt(timedRate))
        const options = name === 'watched' ? usual : withoutWatching(usual)
        const make = async () => createSession({ ...options, snapshot, backend: await contender.make() })
        const [training, testing] = [await make(), await make()]
        sessions.push(training, testing)
        const stepper = createStepper(training, { train: data.train, test: take(data.test, 1) }, workload.batch)
        ends.push(() => stepper.stop())
        const runs = (work: () => Promise<unknown>): Runner => ({
          name,
          async run(count) {
            const clock = createClock()
            for (let i = 0; i < count; i++) {
              clock.start()
              await work()
              clock.stop()
            }
            return clock
          },
        })
        steps.push(runs(() => stepper.step()))
        evaluations.push(runs(() => testing.evaluate(tested)))
      }
      for (const [what, runners] of [
        ['training step', steps],
        [`evaluation of ${tested.count}`, evaluations],
      ] as const) {
        const turns = await takeTurns(runners, rounds)
        found.push({ workload: workload.name, backend: label(contender), what, turns })
      }
      for (const end of ends) await end()
      for (const session of sessions) await session.dispose()
    }
  }
  return {
    name: 'watching',
    title: 'What it costs to find NaN and infinity',
    about:
      'Milliseconds of whole training steps and evaluations through the session, in turns: with neurons that are watched for NaN and ' +
      `infinity, as always, and without. What lasts is summed after every 64 batches on both sides. Data: ${data.name}.`,
    figures: found,
    tables: found
      .map(
        ({ workload, backend, what, turns }) => `## ${workload}, ${backend}: ${what}\n\n${turnsTable(turns, 'ms', 1)}`,
      )
      .join('\n\n'),
  }
}
