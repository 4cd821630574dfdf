import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contender } from '../backends.ts'
import { hillockSide, type Side } from '../graded/hillock.ts'
import { torchSide } from '../graded/torch.ts'
import { start } from '../graded/workload.ts'
import { checkAll } from '../peers/agreement.ts'
import { takeTurns, turnsTable } from '../peers/turns.ts'
import type { Report } from '../results.ts'

/**
 * Times a step of seed 001, dense noise over 128 steps, beside its own way in torch with the same number of threads. Errors: where sides do
 * not fire alike on the same noise, or find other gradients.
 */
export async function gradedSuite(on: readonly Contender[], rounds: number): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'hillock-graded-'))
  const sides: Side[] = []
  try {
    const from = await start()
    for (const contender of on) sides.push(await hillockSide(from, contender))
    for (const threads of new Set(on.map((contender) => contender.threads))) {
      const side = await torchSide(from, folder, threads)
      sides.push({ ...side, runner: { ...side.runner, name: `${side.runner.name}, ${threads} threads` } })
    }
    const found = await checkAll(sides.map(({ runner: { name }, check }) => ({ name, check })))
    const turns = await takeTurns(
      sides.map(({ runner }) => runner),
      rounds,
    )
    const error = Math.max(...found.map(({ gradientError }) => gradientError))
    return {
      name: 'graded',
      title: 'A training step of seed 001',
      about:
        'Seconds for a whole step, noise and update included, in turns: 784-100-10 neurons of graded spikes, T = 128, B = 1000, MNIST ' +
        'that flickers from -0.5 to 0.5, SGD with momentum; 60 steps are an epoch. torch does what the notebook does: a loop over time ' +
        'steps, and autograd. Before that, every side ran the same noise from the same weights: the same neurons fired at every step, ' +
        `and gradients differ by ${error.toExponential(1)} of the largest.`,
      figures: { turns, gradientError: error },
      tables: turnsTable(turns, 's', 0.001),
    }
  } finally {
    for (const side of sides) await side.end()
    rmSync(folder, { recursive: true })
  }
}
