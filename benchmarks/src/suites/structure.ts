import {
  adam,
  type Backend,
  conv2d,
  createSession,
  crossEntropy,
  type Dataset,
  dense,
  type Learner,
  leaky,
  type Network,
  poisson,
  recurrent,
  type Session,
  type Snapshot,
  sequential,
  sumPool,
} from '@hillock/core'
import { take } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { type Contender, label } from '../backends.ts'
import { images } from '../images.ts'
import { digits } from '../markdown.ts'
import { createClock } from '../peers/clock.ts'
import { type Turns, takeTurns, turnsTable } from '../peers/turns.ts'
import type { Report } from '../results.ts'
import { createStepper } from '../stepper.ts'
import { beta, surrogates, timedRate } from '../workloads.ts'
import { begun, equal, lossesOf, toldAbsent, working } from './backends.ts'

/** A network of another structure than dense layers, and what it is trained on. */
export interface Structure {
  readonly name: string
  readonly about: string
  readonly network: () => Network
  readonly steps: number
  readonly batch: number
  /** A value of 1 fires with this probability. */
  readonly probability: number
  readonly data: () => Promise<Dataset>
}

/** Batches after which every layer fires. */
const before = 100

const neuron = () => leaky({ beta, surrogate: surrogates.fastSigmoid })

const conv = (steps: number): Structure => ({
  name: `conv-${steps}`,
  about: `12C5-P2-32C5-P2-10, T = ${steps}, B = 64, Poisson input at 0.3 x pixel`,
  network: () =>
    sequential(
      [28, 28, 1],
      [conv2d(12, 5), sumPool(2), neuron(), conv2d(32, 5), sumPool(2), neuron(), dense(10), neuron()],
    ),
  steps,
  batch: 64,
  probability: 0.3,
  data: images,
})

const recurrence: Structure = {
  name: 'recurrent',
  about:
    '700-256 recurrent-20, T = 100, B = 64, Poisson input: 0.24 at the twentieth that stands for the class, 0.0716 elsewhere',
  network: () => sequential(700, [dense(256), recurrent(neuron()), dense(20), neuron()]),
  steps: 100,
  batch: 64,
  probability: 0.24,
  async data() {
    const [count, features, classes] = [640, 700, 20]
    const own = (i: number) => (i % features) % classes === Math.floor(i / features) % classes
    const train = {
      ...{ images: Float32Array.from({ length: count * features }, (_, i) => (own(i) ? 1 : 0.2982)), count, features },
      ...{ labels: Uint8Array.from({ length: count }, (_, i) => i % classes), classes },
    }
    return { train, test: train }
  },
}

export const structures: readonly Structure[] = [conv(10), conv(25), recurrence]

export interface StructureOptions {
  readonly structures: readonly Structure[]
  readonly on: readonly Contender[]
  readonly rounds: number
}

interface Found {
  readonly structure: string
  /** Spikes per neuron and step, of the input and each layer. */
  readonly density: readonly number[]
  /** By which part losses differ at most from those on the first backend. */
  readonly differs: Readonly<Record<string, number>>
  /** Of backends whose losses are equal. */
  readonly turns: readonly Turns[]
}

/** Training steps of networks with convolutions, pools and recurrence on several backends, which take turns once losses are equal. */
export async function structureSuite({ structures, on, rounds }: StructureOptions): Promise<Report> {
  const { present, absent } = await working(on)
  const figures: Found[] = []
  for (const structure of structures) figures.push(await compare(structure, present, rounds))
  const tables = figures.map(({ structure, density, differs, turns }, i) => {
    const fires = density.map((share) => digits(share)).join(', ')
    const losses = Object.entries(differs).map(([name, by]) => {
      const wrong = by > equal ? ', not equal, not timed' : ''
      return `${name}: ${by.toExponential(0)}${wrong}`
    })
    const about = `${structures[i]!.about}. Densities of the input and the layers: ${fires}. Losses differ by: ${losses.join('; ')}.`
    return `## ${structure}\n\n${about}\n\n${turnsTable(turns, 'ms', 1)}`
  })
  return {
    name: 'structure',
    title: 'Convolutions and recurrence',
    about:
      'Median ms of a training step with bptt and Adam through the session: encoding, forward, backward, update. Before that, losses of ' +
      'the same batches are compared with those on the first backend. Backends take turns, and ratios are within a round.',
    figures: { structures: figures, absent },
    tables: [...tables, ...absent.map(toldAbsent)].join('\n\n'),
  }
}

async function compare(structure: Structure, on: readonly Contender[], rounds: number): Promise<Found> {
  const { train, test } = await structure.data()
  const data = { train, test: take(test!, 1) }
  const open = (backend: Backend, learner: Learner, snapshot?: Snapshot): Session =>
    createSession({
      ...{ network: structure.network(), learner, encoder: poisson({ probability: structure.probability }) },
      ...{ loss: crossEntropy(), steps: structure.steps, seed: 1, backend },
      ...(snapshot && { snapshot }),
    })
  const learning = () => bptt({ optimizer: adam() })
  const snapshot = await begun(open(await on[0]!.make(), learning()), data, structure.batch, before)
  const differs: Record<string, number> = {}
  const [runners, ends] = [[] as Parameters<typeof takeTurns>[0][number][], [] as (() => Promise<void>)[]]
  let wanted: readonly number[] | undefined
  let density: readonly number[] = []
  for (const contender of on) {
    const tried = open(await contender.make(), learning(), snapshot)
    const trial = createStepper(tried, data, structure.batch)
    const losses = await lossesOf(trial)
    await trial.stop()
    if (wanted === undefined) density = (await tried.evaluate(take(test!, structure.batch))).density
    await tried.dispose()
    if (density.includes(0)) throw new Error(`${structure.name}: a layer does not fire: ${density.join(', ')}`)
    wanted ??= losses
    const name = label(contender)
    differs[name] = Math.max(...losses.map((loss, i) => Math.abs(loss / wanted![i]! - 1)))
    if (!(differs[name] <= equal)) continue
    const session = open(await contender.make(), bptt({ optimizer: adam({ rate: timedRate }) }), snapshot)
    const stepper = createStepper(session, data, structure.batch)
    runners.push({
      name,
      async run(count) {
        const clock = createClock()
        for (let i = 0; i < count; i++) {
          clock.start()
          await stepper.step()
          clock.stop()
        }
        return clock
      },
    })
    ends.push(async () => {
      await stepper.stop()
      await session.dispose()
    })
  }
  try {
    return { structure: structure.name, density, differs, turns: await takeTurns(runners, rounds) }
  } finally {
    for (const end of ends) await end()
  }
}
