import { settingsText } from '@hillock/sweeps'
import { digits, table } from '../markdown.ts'
import type { CellResult, TestedRun } from './run-cell.ts'

/** The grid as tables, as a region of a page: accuracies, processor time, operations, settings; and why some cells are empty. */
export function gridTables(cells: readonly CellResult[]): string {
  const refusals = [...new Set(cells.flatMap(({ refusal }) => refusal ?? []))]
  const tasks = [...new Set(cells.map(({ task }) => task))]
  const learners = [...new Set(cells.map(({ learner }) => learner))]
  const grid = (show: (runs: readonly TestedRun[]) => string) =>
    table([
      ['learner', ...tasks],
      ...learners.map((learner) => [
        learner,
        ...tasks.map((task) => {
          const cell = cells.find((one) => one.task === task && one.learner === learner)
          if (cell?.refusal !== undefined) return `(${refusals.indexOf(cell.refusal) + 1})`
          return cell?.test === undefined ? '' : show(cell.test)
        }),
      ]),
    ])
  const meanOf = (of: (run: TestedRun) => number) =>
    grid((runs) => digits(runs.reduce((sum, run) => sum + of(run), 0) / runs.length))
  return [
    '<!-- #region tables -->',
    '## Test accuracy',
    'Mean over seeds, with the lowest and the highest.',
    grid(accuracy),
    ...refusals.map((refusal, i) => `(${i + 1}) Refused: ${refusal}.`),
    '## CPU seconds of a run',
    'From the start of the process to its end, one thread: reading the data, training, validation after each epoch, the test.',
    meanOf(({ cpuSeconds }) => cpuSeconds),
    '## Synaptic operations',
    'For an example, in thousands, in the last epoch of training: a spike counts once for each synapse that it reaches.',
    meanOf(({ synapticOperations }) => synapticOperations / 1000),
    '## Settings',
    'Chosen by validation accuracy.',
    table([
      ['task', 'learner', 'settings', 'validation'],
      ...cells.flatMap(({ task, learner, chosen, validationAccuracy }) =>
        chosen ? [[task, learner, `\`${settingsText(chosen)}\``, validationAccuracy!.toFixed(3)]] : [],
      ),
    ]),
    '<!-- #endregion tables -->',
  ].join('\n\n')
}

function accuracy(runs: readonly TestedRun[]): string {
  const values = runs.map(({ testAccuracy }) => testAccuracy)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return `${mean.toFixed(3)} (${Math.min(...values).toFixed(3)} - ${Math.max(...values).toFixed(3)})`
}
