import { type RunStatus, rank, settingsText, testOf, textOf } from '@hillock/sweeps'
import { grouped, percent, table, validationText } from './table.ts'

/** How far a sweep is: for programs, and as text: the settings by their validation accuracy, and what the best one reaches on the test set. */
export function sweepStatus(statuses: readonly RunStatus[]): { readonly facts: object; readonly text: string } {
  const count = (state: RunStatus['state']) => statuses.filter((status) => status.state === state).length
  const counts = { done: count('done'), begun: count('begun'), failed: count('failed'), left: count('left') }
  const ranked = rank(statuses)
  const [best] = ranked
  const chosen = best && best.done > 0 ? { ...best, ...testOf(statuses, best) } : undefined
  const facts = { runs: statuses.length, ...counts, settings: ranked, ...(chosen && { best: chosen }) }
  const names = Object.keys(ranked[0]?.settings ?? {})
  const rows = ranked.map(({ settings, done, runs, deviation, ...reached }) => [
    ...names.map((name) => textOf(settings[name])),
    validationText(reached),
    Number.isNaN(deviation)
      ? '-'
      : `± ${Number.isNaN(reached.validationAccuracy) ? deviation.toFixed(4) : (100 * deviation).toFixed(1)}`,
    `${done} of ${runs}`,
  ])
  const state = Object.entries(counts).flatMap(([name, n]) => (n > 0 ? [`${grouped(n)} ${name}`] : []))
  const lines = [
    `${grouped(statuses.length)} runs: ${state.join(', ')}`,
    '',
    table([[...names, 'validation', 'deviation', 'runs'], ...rows], names.length),
    ...(chosen
      ? [
          '',
          `best by validation: ${settingsText(chosen.settings)}`,
          Number.isNaN(chosen.testError)
            ? `its test accuracy: ${percent(chosen.testAccuracy)}`
            : `its normalised test error: ${chosen.testError.toFixed(4)}`,
        ]
      : []),
  ]
  return { facts, text: lines.join('\n') }
}
