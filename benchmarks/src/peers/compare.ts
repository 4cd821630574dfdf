import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Contender } from '../backends.ts'
import { digits, spread, table } from '../markdown.ts'
import type { Report } from '../results.ts'
import { networkOf, type Workload } from '../workloads.ts'
import { type Agreement, agrees, compare } from './agreement.ts'
import { exchange, readChecked } from './exchange.ts'
import { hillockSide } from './hillock.ts'
import { childSide, type Side, type StepPart } from './side.ts'
import { type Turns, takeTurns } from './turns.ts'

const here = (name: string) => fileURLToPath(new URL(`../../peers/${name}`, import.meta.url))
const python = process.env.PEERS_PYTHON ?? 'python3'

/** By name; tfjs has no threads in Node, so it has one whatever the others have. */
export const peers: Readonly<Record<Workload['peers'][number], () => Side>> = {
  snntorch: () => childSide('snnTorch', python, [here('snntorch_side.py')]),
  torch: () => childSide('torch, hand-written', python, [here('torch_side.py')]),
  tfjs: () => childSide('tfjs-wasm', process.execPath, [here('tfjs_side.mjs')]),
}

export interface Compared extends Turns {
  readonly workload: string
  readonly threads: number
  readonly part: StepPart
}

export interface CompareOptions {
  readonly name: string
  readonly title: string
  readonly workloads: readonly Workload[]
  /** What hillock computes with; all others are compared with the first. */
  readonly on: (threads: number) => readonly Contender[]
  readonly peers: readonly string[]
  readonly threads: readonly number[]
  readonly parts: readonly StepPart[]
  readonly rounds: number
}

/** Times hillock and others in turns, after making sure that they compute the same. Errors: where a side's spikes or gradients differ. */
export async function compareSuite({
  name,
  title,
  workloads,
  threads,
  on,
  ...options
}: CompareOptions): Promise<Report> {
  const [figures, agreements, densities]: [Compared[], object[], object[]] = [[], [], []]
  const sections: string[] = []
  for (const workload of workloads) {
    const folder = mkdtempSync(join(tmpdir(), 'hillock-peers-'))
    try {
      const start = await exchange(folder, workload)
      const density = start.density.map(digits).join(', ')
      densities.push({ workload: workload.name, density: start.density })
      for (const count of threads) {
        const sides = [
          ...on(count).map((contender) => hillockSide(start, contender)),
          ...workload.peers.flatMap((name) => (options.peers.includes(name) ? [peers[name]()] : [])),
        ]
        try {
          for (const side of sides) process.stderr.write(`${await side.start(folder, workload, count)}\n`)
          const found = await checkAll(sides, folder, workload)
          agreements.push(...found.map((one) => ({ workload: workload.name, threads: count, ...one })))
          const compared = []
          for (const part of options.parts.filter((part) => part === 'whole' || workload.probability !== undefined))
            compared.push(...(await turnsAt(sides, part, options.rounds)))
          figures.push(...compared.map((one) => ({ workload: workload.name, threads: count, ...one })))
          const about = `${workload.about}. Share of input and neurons that fire: ${density}.`
          sections.push(`## ${workload.name}, threads: ${count}\n\n${about}\n\n${comparisonTable(compared, found)}`)
        } finally {
          for (const side of sides) await side.end()
        }
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  const about =
    'ms of a training step, taken in turns: median and quartiles over the rounds. "is faster" is the median of the ratios within ' +
    'a round; CPU ms counts all threads, and is what to go by where the machine does other work. tfjs-wasm has one thread always. Before that, all sides ran one batch of the same spikes with the same weights: "different ' +
    'spikes" counts where they disagree with hillock, "gradient error" is the largest difference, relative to the largest gradient of its array.'
  return {
    name,
    title,
    about,
    figures: { compared: figures, agreements, densities },
    tables: sections.join('\n\n'),
  }
}

type Found = Agreement & { readonly side: string }

async function checkAll([ours, ...others]: readonly Side[], folder: string, workload: Workload): Promise<Found[]> {
  await ours!.check()
  const own = readChecked(folder, networkOf(workload))
  const found: Found[] = []
  for (const side of others) {
    await side.check()
    const agreement = compare(own, readChecked(folder, networkOf(workload)))
    process.stderr.write(`${side.name}: ${JSON.stringify(agreement)}\n`)
    if (!agrees(agreement)) throw new Error(`${side.name} does not compute what hillock does on '${workload.name}'`)
    found.push({ side: side.name, ...agreement })
  }
  return found
}

async function turnsAt(sides: readonly Side[], part: StepPart, rounds: number) {
  const runners = sides.map(({ name, steps }) => ({ name, run: (count: number) => steps(count, part) }))
  return (await takeTurns(runners, rounds)).map((turns) => ({ part, ...turns }))
}

const partNames = { whole: 'whole step', train: 'without encoding', encode: 'encoding alone' }

function comparisonTable(compared: readonly Omit<Compared, 'workload' | 'threads'>[], found: readonly Found[]): string {
  const first = compared[0]?.side
  const times = compared.map(({ part, side, ms, cpuMs, ratio, cpuRatio }) => [
    partNames[part],
    side,
    digits(ms.median),
    spread(ms),
    side === first ? '' : `${digits(ratio.median)}x`,
    digits(cpuMs.median),
    side === first ? '' : `${digits(cpuRatio.median)}x`,
  ])
  const checks = found.map((one) => [
    one.side,
    `${one.differentSpikes} of ${one.spikes}`,
    one.gradientError.toExponential(1),
  ])
  return [
    table([['what', 'side', 'ms', 'quartiles', `${first} is faster`, 'CPU ms', 'by CPU time'], ...times]),
    table([['side', 'different spikes', 'gradient error'], ...checks]),
  ].join('\n\n')
}
