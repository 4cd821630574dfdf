import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contender } from '../backends.ts'
import { hillockSide } from '../hebbian/hillock.ts'
import { numpySide } from '../hebbian/numpy.ts'
import { type Outcome, type Side, start, workload } from '../hebbian/workload.ts'
import { takeTurns, turnsTable } from '../peers/turns.ts'
import type { Report } from '../results.ts'

/** Times a step of seed 000 beside its own way, per sample. Errors: where sides do not fire alike, or end with other weights. */
export async function hebbianSuite(on: readonly Contender[], rounds: number): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'hillock-hebbian-'))
  const sides: Side[] = []
  try {
    const from = await start()
    for (const contender of on) sides.push(await hillockSide(from, contender))
    sides.push(await numpySide(from, folder))
    const differences = await checkAll(sides)
    const turns = await takeTurns(
      sides.map(({ runner }) => runner),
      rounds,
    )
    return {
      name: 'hebbian',
      title: 'The Hebbian step of seed 000',
      about:
        'us for each sample, in turns: 784-256-10, 32 winners, T = 20, MNIST at 30 Hz, Oja, a teacher, decay and normalisation; batches ' +
        'of 64, encoding left out. numpy does what the notebook does, a loop over samples and time steps, on one thread, as hillock ' +
        'does. Before that, every side learnt the batch from the same weights: each neuron fired as often for each sample, and ' +
        `weights differ by ${differences.toExponential(1)} at most.`,
      figures: { turns, differences },
      tables: turnsTable(turns, 'us', 1000 / workload.batch),
    }
  } finally {
    for (const side of sides) await side.end()
    rmSync(folder, { recursive: true })
  }
}

/** Returns the largest difference of a weight. */
async function checkAll([first, ...others]: readonly Side[]): Promise<number> {
  const wanted = await first!.outcome()
  let worst = 0
  for (const side of others) {
    const found = await side.outcome()
    if (different(wanted.counts, found.counts) > 0) throw new Error(`${side.runner.name} does not fire as hillock does`)
    worst = Math.max(worst, different(wanted.weights, found.weights))
  }
  if (!(worst < 1e-4)) throw new Error(`weights differ by ${worst}`)
  return worst
}

function different(one: Outcome['weights'], other: Outcome['weights']): number {
  if (one.length !== other.length) throw new Error(`${one.length} arrays, and ${other.length}`)
  const worst = one.map((values, l) =>
    values.reduce((most, value, i) => Math.max(most, Math.abs(value - other[l]![i]!)), 0),
  )
  return Math.max(...worst)
}
