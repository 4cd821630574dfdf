import { digits, spread, table } from '../markdown.ts'
import { type Quartiles, quartiles } from '../statistics.ts'
import type { Times } from './side.ts'

/** One of those that take turns. */
export interface Runner {
  readonly name: string
  /** Does its work so many times. */
  run(count: number): Promise<Times>
}

/** What turns of one side took, and how they compare with those of the first. */
export interface Turns {
  readonly side: string
  readonly ms: Quartiles
  readonly cpuMs: Quartiles
  /** How many times as long as the first side's turn in the same round, and how many times the work. */
  readonly ratio: Quartiles
  readonly cpuRatio: Quartiles
}

/** A turn takes about this long; it is one run where that takes longer. */
const turnMs = 60
/** Every side works for about this long before its first turn: engines compile for speed what runs often, and libraries make their arrays. */
const warmMs = 2000
/** Threads that look out for work go to sleep before the next side's turn. */
const pauseMs = 20
const pause = () => new Promise((resolve) => setTimeout(resolve, pauseMs))

/** Lets sides work in turns, in an order that rotates from round to round. The figure of a turn is the median of its runs. */
export async function takeTurns(runners: readonly Runner[], rounds: number): Promise<Turns[]> {
  const turns: { runner: Runner; count: number; ms: number[]; cpuMs: number[] }[] = []
  for (const runner of runners) {
    const first = Math.min(...(await runner.run(2)).ms)
    const { ms } = await runner.run(Math.max(1, Math.min(1000, Math.round(warmMs / first))))
    const quickest = Math.min(...ms)
    turns.push({ runner, count: Math.max(1, Math.min(50, Math.round(turnMs / quickest))), ms: [], cpuMs: [] })
  }
  for (let round = -2; round < rounds; round++) {
    for (let i = 0; i < turns.length; i++) {
      const { runner, count, ms, cpuMs } = turns[(i + round + 2) % turns.length]!
      await pause()
      const times = await runner.run(count)
      if (round < 0) continue
      ms.push(quartiles(times.ms).median)
      cpuMs.push(quartiles(times.cpuMs).median)
    }
  }
  const [ours] = turns
  return turns.map(({ runner, ms, cpuMs }) => ({
    side: runner.name,
    ms: quartiles(ms),
    cpuMs: quartiles(cpuMs),
    ratio: quartiles(ms.map((time, i) => time / ours!.ms[i]!)),
    cpuRatio: quartiles(cpuMs.map((time, i) => time / ours!.cpuMs[i]!)),
  }))
}

/** A table of figures in `unit`, of which there are `perMs` in a millisecond. The first side is what others are compared with. */
export function turnsTable(turns: readonly Turns[], unit: string, perMs: number): string {
  const scaled = ({ p25, median, p75, count }: Quartiles): Quartiles => ({
    p25: perMs * p25,
    median: perMs * median,
    p75: perMs * p75,
    count,
  })
  const rows = turns.map(({ side, ms, cpuMs, ratio, cpuRatio }, i) => [
    side,
    digits(scaled(ms).median),
    spread(scaled(ms)),
    i === 0 ? '' : `${digits(ratio.median)}x`,
    digits(scaled(cpuMs).median),
    i === 0 ? '' : `${digits(cpuRatio.median)}x`,
  ])
  return table([['side', unit, 'quartiles', 'as long', `CPU ${unit}`, 'by CPU time'], ...rows])
}
