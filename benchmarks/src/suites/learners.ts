import { join } from 'node:path'
import type { Cell } from '../learners/cells.ts'
import { type CellOptions, type CellResult, runCell } from '../learners/run-cell.ts'
import { gridTables } from '../learners/tables.ts'
import type { Report } from '../results.ts'

export interface LearnersOptions extends CellOptions {
  readonly cells: readonly Cell[]
  /** Cells that are known already, to stand beside these. */
  readonly held: readonly CellResult[]
  /** Keeps what is known so far; called after each cell. */
  readonly save: (report: Report) => void
}

/** Learners on tasks: settings are found by validation and tested once, with other seeds. Where a cell fails, goes on with the others, and then throws. */
export async function learnersSuite({ cells, held, save, ...options }: LearnersOptions): Promise<Report> {
  const results = [...held]
  const failures: unknown[] = []
  for (const cell of cells) {
    try {
      const result = await runCell(cell, { ...options, folder: join(options.folder, cell.task, cell.learner) })
      const at = results.findIndex(({ task, learner }) => task === cell.task && learner === cell.learner)
      if (at < 0) results.push(result)
      else results[at] = result
      save(report(results, options))
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
  return report(results, options)
}

const report = (cells: readonly CellResult[], { trials, seed, seeds }: CellOptions): Report => ({
  name: 'learners',
  title: 'Learners on tasks',
  about:
    `Each learner on each task: ${trials} settings by TPE, seed ${seed}, ranked by validation accuracy in runs that never see the test set; then the best ` +
    `one with seeds ${seeds.join(', ')}, tested once, after the last epoch.`,
  figures: { cells },
  tables: gridTables(cells),
})
