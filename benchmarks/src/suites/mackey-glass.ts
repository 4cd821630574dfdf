import { type MackeyGlass, type MackeyGlassSpans, mackeyGlassSpans, smape } from '@hillock/datasets'
import { type EchoStateOptions, echoState } from '../mackey-glass/echo-state.ts'
import { type Forecast, momentsOf } from '../mackey-glass/forecast.ts'
import { type SpikingOptions, spiking } from '../mackey-glass/spiking.ts'
import { digits, table } from '../markdown.ts'
import type { Report } from '../results.ts'
import { quartiles } from '../statistics.ts'

interface MackeyGlassOptions {
  /** Starts of the echo-state network, and of the spiking one; 0 leaves it out. */
  readonly starts: readonly [echoState: number, spiking: number]
  readonly echoState?: EchoStateOptions
  readonly spiking?: SpikingOptions
}

/** Predicts the series from several starts, as NeuroBench sets the task. Start i begins half a Lyapunov time after the one before, with seed i. */
export async function mackeyGlassSuite(options: MackeyGlassOptions): Promise<Report> {
  const [most, few] = options.starts
  const methods: readonly (readonly [
    name: string,
    starts: number,
    predict: (data: MackeyGlassSpans, seed: number) => Forecast | Promise<Forecast>,
  ])[] = [
    ['echo-state network', most, ({ series }, seed) => echoState(series, { ...options.echoState, seed })],
    ['recurrent adaptive LIF, bptt', few, (data, seed) => spiking(data, { ...options.spiking, seed })],
    ['the value before; alone, the mean', Math.max(most, few), ({ series }) => plain(series)],
  ]
  const measured = []
  for (const [name, starts, predict] of methods) {
    if (starts === 0) continue
    const errors = []
    for (let i = 0; i < starts; i++) {
      const data = mackeyGlassSpans({ start: i / 2 })
      errors.push(errorsOf(data.series, await predict(data, i)))
    }
    measured.push({ name, starts, errors })
  }
  const rows = measured.map(({ name, starts, errors }) => {
    const shown = (of: (one: Errors) => number) => {
      const { mean, deviation } = momentsOf(errors.map(of))
      return `${digits(mean)} (${digits(deviation)})`
    }
    const { median } = quartiles(errors.map(({ alone }) => alone))
    return [
      name,
      String(starts),
      shown(({ next }) => next),
      shown(({ soon }) => soon),
      shown(({ alone }) => alone),
      digits(median),
    ]
  })
  const head = ['method', 'starts', 'one step', 'alone, 1 Lyapunov time', 'alone, 10', 'median of 10']
  return {
    name: 'mackey-glass',
    title: 'Mackey-Glass, tau = 17',
    about:
      'sMAPE, mean and standard deviation over starts. Each method learns from 10 Lyapunov times (750 points) of the same series and predicts the ' +
      'next 10: one step from the true values, or alone from its own predictions. From one start to the next is half a Lyapunov time.',
    figures: { measured },
    tables: table([head, ...rows]),
  }
}

interface Errors {
  readonly next: number
  readonly soon: number
  readonly alone: number
}

function errorsOf({ test: { targets }, points }: MackeyGlass, { next, alone }: Forecast): Errors {
  const soon = smape(Array.from(alone).slice(0, points), targets.subarray(0, points))
  return { next: smape(next, targets), soon, alone: smape(alone, targets) }
}

/** What anybody could say. */
function plain({ train, test }: MackeyGlass): Forecast {
  return { next: test.images, alone: new Float32Array(test.images.length).fill(momentsOf(train.images).mean) }
}
