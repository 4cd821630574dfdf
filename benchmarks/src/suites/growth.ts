import { wasm } from '@hillock/backend-wasm'
import { adam, createSession, crossEntropy, dense, leaky, poisson, sequential } from '@hillock/core'
import type { Tensor } from '@hillock/core/learner'
import { sizeOf } from '@hillock/core/options'
import { generator, stream } from '@hillock/core/random'
import { bptt } from '@hillock/learner-bptt'
import { digits, table } from '../markdown.ts'
import type { Report } from '../results.ts'
import { line, type Quartiles, quartiles } from '../statistics.ts'
import { createStepper } from '../stepper.ts'
import { watched } from '../watched.ts'

interface Shape {
  readonly steps: number
  readonly hidden: number
  readonly batch: number
  readonly density: number
  /** Time steps between states that are kept. Default: all are kept. */
  readonly recompute?: number
}

export interface Point {
  readonly x: number
  readonly ms: Quartiles
  readonly peakMiB: number
}

export interface Curve {
  readonly over: string
  readonly points: readonly Point[]
}

const inputs = 784
const middle: Shape = { steps: 50, hidden: 128, batch: 64, density: 0.013 }
type Axis = Exclude<keyof Shape, 'recompute'>
const longest = [64, 128, 256, 512, 1024]
const ranges: readonly [over: Axis, values: readonly number[]][] = [
  ['steps', [10, 25, 50, 100, 200, 400]],
  ['hidden', [32, 64, 128, 256, 512, 1024, 2048]],
  ['batch', [1, 4, 16, 64, 128, 256]],
  ['density', [0.005, 0.01, 0.025, 0.05, 0.1, 0.14, 0.16, 0.25, 0.5, 0.75, 1]],
]
const densities = ranges.at(-1)![1]
/** Of inputs that are active: from here on products go by tables and no longer by events. */
const turn = 0.15
const rounds = 15

/** How a training step and its products grow, one axis at a time; the points of a curve are taken in turns. */
export async function growthSuite(threads: number): Promise<Report> {
  const curves: Curve[] = []
  for (const [over, values] of ranges) {
    const points = await inTurns(values, (value) => trainer({ ...middle, [over]: value }, threads))
    curves.push({ over: `step, over ${over}`, points })
  }
  for (const recompute of [undefined, 32]) {
    const points = await inTurns(longest, (steps) =>
      trainer({ ...middle, batch: 16, steps, ...(recompute && { recompute }) }, threads),
    )
    curves.push({
      over: `step with B = 16, ${recompute ? `recompute = ${recompute}` : 'all kept'}, over steps`,
      points,
    })
  }
  curves.push({
    over: 'forward product, over density',
    points: await inTurns(densities, (d) => product(d, threads, false)),
  })
  curves.push({
    over: 'weight gradient, over density',
    points: await inTurns(densities, (d) => product(d, threads, true)),
  })
  const claims = curves.filter(({ over }) => over.endsWith('density')).map(checkClaim)
  const sections = curves.map(({ over, points }) => {
    const rows = points.map(({ x, ms, peakMiB }) => [String(x), digits(ms.median), digits(peakMiB)])
    return `## ${over}\n\n${table([[over.replace(/.*over /, ''), 'ms', 'peak MiB'], ...rows])}`
  })
  const rows = claims.map(({ over, worst, flat }) => [over, `${(100 * worst).toFixed(0)} %`, `${digits(flat)}x`])
  const head = ['curve', `furthest from a line below ${turn}`, `slowest over fastest above ${turn}`]
  return {
    name: 'growth',
    title: 'Growth',
    about:
      `A training step of ${inputs}-${middle.hidden}-10, T = ${middle.steps}, B = ${middle.batch}, and input spikes with density ` +
      `${middle.density}, one of these changed at a time, on wasm with threads: ${threads}; and its first product alone. The peak is of memory the backend uses.`,
    figures: { curves, claims },
    tables: [`## Linear below density ${turn}, flat above?\n\n${table([head, ...rows])}`, ...sections].join('\n\n'),
  }
}

/** How well a curve keeps to what is said of it: linear in spikes below the turn, flat above. */
export function checkClaim({ over, points }: Curve): { over: string; worst: number; flat: number } {
  const below = points.filter(({ x }) => x < turn).map(({ x, ms }) => [x, ms.median] as const)
  const above = points.filter(({ x }) => x > turn).map(({ ms }) => ms.median)
  return { over, worst: line(below).worst, flat: Math.max(...above) / Math.min(...above) }
}

interface Candidate {
  run(): Promise<unknown>
  peakBytes(): number
  end(): Promise<void>
}

async function inTurns(values: readonly number[], make: (value: number) => Promise<Candidate>): Promise<Point[]> {
  const candidates: Candidate[] = []
  for (const value of values) candidates.push(await make(value))
  const times = values.map((): number[] => [])
  for (let round = -3; round < rounds; round++) {
    for (const [i, { run }] of candidates.entries()) {
      const start = performance.now()
      await run()
      if (round >= 0) times[i]!.push(performance.now() - start)
    }
  }
  for (const { end } of candidates) await end()
  return values.map((x, i) => ({ x, ms: quartiles(times[i]!), peakMiB: candidates[i]!.peakBytes() / 2 ** 20 }))
}

async function trainer({ steps, hidden, batch, density, recompute }: Shape, threads: number): Promise<Candidate> {
  const { backend, peak } = watched(await wasm({ threads }))
  const count = 2 * batch
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10)
  const train = { images: new Float32Array(count * inputs).fill(1), labels, count, features: inputs, classes: 10 }
  const test = { ...train, images: train.images.subarray(0, inputs), labels: labels.subarray(0, 1), count: 1 }
  const session = createSession({
    network: sequential(inputs, [dense(hidden), leaky(), dense(10), leaky()]),
    learner: bptt({ optimizer: adam({ learningRate: 1e-6 }), ...(recompute && { recompute }) }),
    encoder: poisson({ probability: density }),
    loss: crossEntropy(),
    steps,
    backend,
  })
  const stepper = createStepper(session, { train, test }, batch)
  return {
    run: () => stepper.step(),
    peakBytes: peak,
    async end() {
      await stepper.stop()
      await session.dispose()
    },
  }
}

/** The first layer's product alone: spikes times weights, or spikes transposed times errors. */
async function product(density: number, threads: number, transposeA: boolean): Promise<Candidate> {
  const { backend, peak } = watched(await wasm({ threads }))
  const { uniform } = generator(1, stream.noise)
  const { steps, batch, hidden } = middle
  const filled = (shape: readonly number[], value: () => number, kind?: Tensor['kind']) => {
    const tensor = backend.alloc(shape, kind)
    backend.write(tensor, Float32Array.from({ length: sizeOf(shape) }, value))
    return tensor
  }
  const spikes = filled([steps, batch, inputs], () => (uniform() < density ? 1 : 0), 'spikes')
  const rows = [steps, batch, hidden]
  const [other, out] = transposeA
    ? [filled(rows, uniform), backend.alloc([inputs, hidden])]
    : [filled([inputs, hidden], uniform), backend.alloc(rows)]
  const tiny = backend.alloc([1])
  return {
    run() {
      backend.matmul(spikes, other, out, { transposeA })
      return backend.read(tiny)
    },
    peakBytes: peak,
    end: () => backend.dispose(),
  }
}
