import { textOf } from '@hillock/sweeps'
import { percent, table } from './table.ts'

/** What came of a run: the densities are those of the input and of each layer. */
export interface SweptResult {
  readonly sweep: Readonly<Record<string, unknown>>
  readonly testAccuracy: number | undefined
  readonly density: readonly number[]
}

/** One line a run: what was swept, then accuracy and densities. */
export function sweepTable(results: readonly SweptResult[]): string {
  const names = Object.keys(results[0]!.sweep)
  const layers = results[0]!.density.map((_, i) => `density ${i === 0 ? 'input' : `layer${i}`}`)
  return table(
    [
      [...names, 'test accuracy', ...layers],
      ...results.map(({ sweep, testAccuracy, density }) => [
        ...names.map((name) => textOf(sweep[name])),
        percent(testAccuracy),
        ...density.map((value) => value.toFixed(4)),
      ]),
    ],
    0,
  )
}
