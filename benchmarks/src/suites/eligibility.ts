import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contender } from '../backends.ts'
import { hillockSide, type Side } from '../eligibility/hillock.ts'
import { torchSide } from '../eligibility/torch.ts'
import { type Start, start } from '../eligibility/workload.ts'
import { digits } from '../markdown.ts'
import { checkAll } from '../peers/agreement.ts'
import { type Turns, takeTurns, turnsTable } from '../peers/turns.ts'
import type { Report } from '../results.ts'

/** Times an update by eligibility traces beside the notebook's own way. Errors: where a side fires otherwise, or has other gradients. */
export async function eligibilitySuite(
  on: readonly Contender[],
  threads: readonly number[],
  rounds: number,
): Promise<Report> {
  const from = await start()
  const figures: (Turns & { threads: number; part: string })[] = []
  const sections: string[] = []
  for (const count of threads) {
    const contenders = on.filter((contender) => contender.threads === count)
    const { whole, update, gradientError } = await compareAt(from, contenders, count, rounds)
    figures.push(...whole.map((turns) => ({ threads: count, part: 'whole', ...turns })))
    figures.push(...update.map((turns) => ({ threads: count, part: 'update', ...turns })))
    sections.push(
      `## Threads: ${count}`,
      `Gradients differ by ${gradientError.toExponential(1)} of the largest.`,
      `The update alone:\n\n${turnsTable(update, 'ms', 1)}`,
      `A whole step, encoding left out:\n\n${turnsTable(whole, 'ms', 1)}`,
    )
  }
  return {
    name: 'eligibility',
    title: 'An update by eligibility traces',
    about:
      'In turns: 784-128-10 neurons with synaptic currents, T = 50, B = 64, Poisson spikes of MNIST at 0.1 x pixel; exponential traces, ' +
      `read at the end. Share of input and neurons that fire: ${from.density.map(digits).join(', ')}. torch keeps traces of shape ` +
      '[B, out, in] and updates them at each step, as the notebook of seed 004 does (with one reset, and the surrogate of the membrane ' +
      'before it); or forms the one product that they come to. Before that, every side ran the batch from the same weights: all spikes ' +
      'were the same.',
    figures,
    tables: sections.join('\n\n'),
  }
}

async function compareAt(from: Start, on: readonly Contender[], threads: number, rounds: number) {
  const folder = mkdtempSync(join(tmpdir(), 'hillock-eligibility-'))
  const sides: Side[] = []
  try {
    for (const contender of on) sides.push(await hillockSide(from, contender))
    for (const way of ['traces', 'product'] as const) sides.push(await torchSide(from, folder, way, threads))
    const found = await checkAll(sides.map(({ whole: { name }, check }) => ({ name, check })))
    const update = await takeTurns(
      sides.map((side) => side.update),
      rounds,
    )
    const whole = await takeTurns(
      sides.map((side) => side.whole),
      rounds,
    )
    return { update, whole, gradientError: Math.max(...found.map(({ gradientError }) => gradientError)) }
  } finally {
    for (const side of sides) await side.end()
    rmSync(folder, { recursive: true })
  }
}
