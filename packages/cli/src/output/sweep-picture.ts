import { HillockError } from '@hillock/core'
import { type Ranked, type RunStatus, rank } from '@hillock/sweeps'
import { plot, writePicture } from './figure-file.ts'

/** Draws the settings of which runs are done, and their validation accuracy, or loss. Throws HILLOCK_USAGE if there are none, HILLOCK_OUTPUT if the file cannot be written. */
export async function drawSweep(path: string, statuses: readonly RunStatus[]): Promise<void> {
  const ranked = rank(statuses).filter((one) => Number.isFinite(resultOf(one)))
  if (ranked.length === 0) {
    throw new HillockError('HILLOCK_USAGE', 'there is nothing to draw: no run is done', { hint: 'draw it later' })
  }
  const { parallel } = await plot()
  const rows = ranked.map((one) => ({ settings: one.settings, value: resultOf(one) }))
  const result = Number.isNaN(ranked[0]!.validationAccuracy) ? 'validation loss' : 'validation accuracy'
  await writePicture(path, parallel({ rows, result }))
}

const resultOf = ({ validationAccuracy, validationLoss }: Ranked): number =>
  Number.isNaN(validationAccuracy) ? validationLoss : validationAccuracy
