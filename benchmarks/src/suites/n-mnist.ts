import { sizeOf } from '@hillock/core/options'
import type { Contender } from '../backends.ts'
import { digits, table } from '../markdown.ts'
import { densityOf, exampleSource, recorded, thinned } from '../n-mnist/lists.ts'
import { batchSize, networks, sessionOf } from '../n-mnist/networks.ts'
import { type Trained, trainTwins } from '../n-mnist/twins.ts'
import { createClock } from '../peers/clock.ts'
import { takeTurns } from '../peers/turns.ts'
import type { Report } from '../results.ts'
import { quartiles } from '../statistics.ts'
import { createStepper } from '../stepper.ts'

export interface NMnistOptions {
  /** Of `networks`, by their names. */
  readonly made: readonly (readonly [name: string, make: (typeof networks)[string]])[]
  readonly seeds: readonly number[]
  readonly epochs: number
  readonly on: Contender
}

const median = (values: readonly number[]) => quartiles(values).median
const percent = (share: number) => `${(100 * share).toFixed(0)} %`

/** Trains networks on N-MNIST here and in torch, an epoch in turns, from the same weights on the same batches. */
export async function nMnistSuite({ made, seeds, epochs, on }: NMnistOptions): Promise<Report> {
  const data = await recorded()
  const runs: { network: string; seed: number; losses: readonly number[]; twins: readonly Trained[] }[] = []
  for (const [network, make] of made)
    for (const seed of seeds)
      runs.push({ network, seed, ...(await trainTwins(data, make(data.shape), seed, epochs, on)) })
  const rows = runs.flatMap(({ network, seed, twins }) =>
    twins.map(({ side, ms, cpuMs, testAccuracy }) => [
      network,
      String(seed),
      side,
      percent(testAccuracy),
      digits(median(ms) / 1000),
      digits(median(cpuMs) / 1000),
      side === 'hillock' ? '' : `${digits(median(cpuMs.map((time, i) => time / twins[0]!.cpuMs[i]!)))}x`,
    ]),
  )
  return {
    name: 'n-mnist',
    title: 'N-MNIST beside torch',
    about:
      `${data.train.labels.length} recordings of ${data.name} to train on and ${data.test.labels.length} to test on, 30 steps of 10 ms, ${epochs} epochs ` +
      `of batches of ${batchSize}, Adam at 1e-3, threads: ${on.threads}. Both sides start from the same weights and get the same lists of events in the same order, an epoch in turns; ` +
      'losses of the first batch agree to 1e-4. Seconds are medians of an epoch.',
    figures: { data: data.name, runs },
    tables: table([['network', 'seed', 'side', 'test accuracy', 's', 'CPU s', 'as much work'], ...rows]),
  }
}

/** How long a training step takes as events become fewer, of the same network. */
export async function eventDensitySuite(on: Contender, rounds: number): Promise<Report> {
  const data = await recorded()
  const size = sizeOf(data.shape)
  const figures: object[] = []
  const rows: string[][] = []
  for (const [name, make] of Object.entries(networks)) {
    const sides = [1, 2, 4, 8, 16].map((keep) => ({ keep, lists: thinned(data.train, keep) }))
    const steppers = await Promise.all(
      sides.map(async ({ keep, lists }) => {
        const session = await sessionOf(make(data.shape), lists.steps, 0, on)
        const stepper = createStepper(session, { train: exampleSource(lists, size) }, batchSize)
        const run = async (count: number) => {
          const clock = createClock()
          for (let i = 0; i < count; i++) {
            clock.start()
            await stepper.step()
            clock.stop()
          }
          return clock
        }
        return { name: `1 of ${keep}`, density: densityOf(lists, size), run, session, stepper }
      }),
    )
    const turns = await takeTurns(steppers, rounds)
    for (const [i, { side, cpuMs, cpuRatio }] of turns.entries()) {
      const { density } = steppers[i]!
      figures.push({ network: name, side, density, cpuMs })
      rows.push([name, side, digits(density), digits(cpuMs.median), i === 0 ? '' : `${digits(cpuRatio.median)}x`])
    }
    for (const { stepper, session } of steppers) {
      await stepper.stop()
      await session.dispose()
    }
  }
  return {
    name: 'event-density',
    title: 'A training step and the number of events',
    about:
      `The networks of the suite n-mnist on ${data.name}, of which so many events are kept. ${batchSize} recordings of 30 steps of 10 ms; on ${on.backend}, ` +
      `threads: ${on.threads}. Milliseconds of processors, medians of turns.`,
    figures: { data: data.name, rows: figures },
    tables: table([['network', 'events', 'density', 'CPU ms', 'as much work'], ...rows]),
  }
}
