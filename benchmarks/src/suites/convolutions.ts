import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contender } from '../backends.ts'
import { hillockSide, type Side, torchSide } from '../convolutions/sides.ts'
import {
  type Convolution,
  convolutions,
  nameOf,
  type Operation,
  operationsOf,
  valuesOf,
  wantedOf,
} from '../convolutions/workload.ts'
import { digits, table } from '../markdown.ts'
import { type Turns, takeTurns } from '../peers/turns.ts'
import type { Report } from '../results.ts'

/** Sums of some hundred to some ten thousand terms in f32, in an order of each side's own. */
const tolerance = 2e-5

interface Found extends Operation {
  readonly convolution: string
  readonly turns: readonly Turns[]
  /** The largest difference from the first side, as a share of the largest value. */
  readonly error: number
}

export interface ConvolutionOptions {
  readonly on: readonly Contender[]
  /** Of torch. */
  readonly threads: number
  readonly rounds: number
  /** Default: all of `convolutions`. */
  readonly of?: readonly Convolution[]
}

/** Times convolutions, one call at a time, beside torch. Errors: where sides do not find the same. */
export async function convolutionSuite({ of = convolutions, ...options }: ConvolutionOptions): Promise<Report> {
  const figures: Found[] = []
  for (const convolution of of)
    for (const operation of operationsOf(convolution)) figures.push(await compare(convolution, operation, options))
  const names = figures[0]!.turns.map(({ side }) => side)
  const rows = figures.map(({ convolution, kind, density, turns, error }) => [
    `${kind} of ${convolution}`,
    String(density),
    ...turns.map(({ cpuMs }) => digits(cpuMs.median)),
    ...turns.slice(1).map(({ cpuRatio }) => `${digits(cpuRatio.median)}x`),
    error.toExponential(1),
  ])
  const others = names.slice(1).map((name) => `${name} takes`)
  return {
    name: 'convolutions',
    title: 'Convolutions, one call at a time',
    about:
      `Median ms of processor time of a call, B ${convolutions[0]!.batch}, in turns; ratios are within a round. Density is the share of the input that spikes or, of an ` +
      'adjoint, the share that is needed; torch forms all of it. torch has its channels first or last, whichever is faster. Before that, results are compared: ' +
      '"error" is the largest difference, as a share of the largest value.',
    figures,
    tables: table([['call', 'density', ...names, ...others, 'error'], ...rows]),
  }
}

async function compare(
  convolution: Convolution,
  operation: Operation,
  { on, threads, rounds }: ConvolutionOptions,
): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), 'hillock-convolutions-'))
  const sides: Side[] = []
  try {
    const values = valuesOf(convolution, operation.density)
    for (const contender of on) sides.push(await hillockSide(contender, convolution, operation, values))
    sides.push(await torchSide(threads, convolution, operation, values, folder))
    const [first, ...others] = sides
    const ours = await first!.found()
    const wanted = wantedOf(operation, values)
    let error = 0
    for (const { name, found } of others) {
      const differs = differenceOf(ours, await found(), wanted)
      const what = `${operation.kind} of ${nameOf(convolution)} at ${operation.density}`
      process.stderr.write(`${what}, ${name}: differs by ${differs.toExponential(1)}\n`)
      if (!(differs <= tolerance)) throw new Error(`${name} does not compute what ${first!.name} does: ${what}`)
      error = Math.max(error, differs)
    }
    return { ...operation, convolution: nameOf(convolution), turns: await takeTurns(sides, rounds), error }
  } finally {
    for (const side of sides) await side.end()
    rmSync(folder, { recursive: true })
  }
}

/** The largest difference of two results where they are wanted, as a share of the largest value; NaN where all is 0. */
export function differenceOf(a: ArrayLike<number>, b: ArrayLike<number>, wanted?: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${b.length} values, not ${a.length}`)
  let [largest, worst] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    if (wanted?.[i] === 0) continue
    largest = Math.max(largest, Math.abs(a[i]!))
    worst = Math.max(worst, Math.abs(a[i]! - b[i]!))
  }
  return worst / largest
}
