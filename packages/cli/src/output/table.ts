import type { Validation } from '@hillock/sweeps'

/** Rows of cells as lines of aligned columns; the columns from `numbers` on are aligned to the right. */
export function table(rows: readonly (readonly string[])[], numbers = 1): string {
  const columns = Math.max(...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i < numbers ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** 0.8734 -> 87.3 %. */
export const percent = (part: number | undefined): string => (part === undefined ? '-' : `${(100 * part).toFixed(1)} %`)

/** How well a network did: the part of the examples that it classified, or the normalised error of the values that it gave out. */
export const scoreRow = (accuracy: number | undefined, error: number | undefined): [string, string] =>
  error === undefined ? ['test accuracy', percent(accuracy)] : ['normalised test error', error.toFixed(4)]

/** What was reached on a validation set: accuracy, or the loss of examples that have no labels. */
export function validationText({ validationAccuracy = Number.NaN, validationLoss = Number.NaN }: Validation): string {
  if (!Number.isNaN(validationAccuracy)) return percent(validationAccuracy)
  return Number.isNaN(validationLoss) ? '-' : `loss ${validationLoss.toFixed(4)}`
}

/** 1234567 -> 1,234,567. */
export const grouped = (count: number): string => Math.round(count).toLocaleString('en-US')

/** Seconds for people: 4.1 s, 2 min 5 s. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`
}
