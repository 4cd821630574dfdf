import { HillockError } from '@hillock/core'
import { type RunStatus, rank } from '@hillock/sweeps'
import { plot, writePicture } from './figure-file.ts'

/** Draws the settings of which runs are done, and their validation accuracy. Throws HILLOCK_USAGE if there are none, HILLOCK_OUTPUT if the file cannot be written. */
export async function drawSweep(path: string, statuses: readonly RunStatus[]): Promise<void> {
  const ranked = rank(statuses).filter(({ validationAccuracy }) => Number.isFinite(validationAccuracy))
  if (ranked.length === 0) {
    throw new HillockError('HILLOCK_USAGE', 'there is nothing to draw: no run is done', { hint: 'draw it later' })
  }
  const { parallel } = await plot()
  const rows = ranked.map(({ settings, validationAccuracy }) => ({ settings, value: validationAccuracy }))
  await writePicture(path, parallel({ rows, result: 'validation accuracy' }))
}
