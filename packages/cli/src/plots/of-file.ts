import { basename } from 'node:path'
import { HillockError } from '@hillock/core'
import { type EventList, readEvents, readShd } from '@hillock/datasets'
import { plot } from '../output/figure-file.ts'
import { readNamed } from '../output/files.ts'
import { grouped } from '../output/table.ts'
import type { Drawn } from './draw.ts'

/** Many recordings in one file. */
const isHdf5 = (file: string): boolean => /\.(h5|hdf5)$/i.test(file)

/** What may be said about a file of events. */
export const fileOptions = (file: string): readonly string[] => (isHdf5(file) ? ['sample'] : [])

/**
 * Draws the events of a file, of any format that `readEvents` and `readShd` read; `sample`: which recording of HDF5. Throws HILLOCK_USAGE if the file
 * cannot be read or has no such recording, HILLOCK_SHAPE if there is no event, and what its reader throws.
 */
export async function drawFile(file: string, sample = 0): Promise<Drawn> {
  const bytes = await readNamed(file, 'give --file a recording of events')
  const name = basename(file)
  const recording = isHdf5(file) ? await oneOf(bytes, name, sample) : readEvents(bytes, { name })
  const { x, skipped } = recording
  const title = `${name}: ${isHdf5(file) ? `recording ${sample}, ` : ''}${grouped(x.length)} events`
  return { figure: (await plot()).events({ title, recording }), about: { recording: file, events: x.length, skipped } }
}

async function oneOf(bytes: Uint8Array, name: string, sample: number): Promise<EventList> {
  const { count, recording } = await readShd(bytes, { name })
  if (sample < count) return recording(sample)
  const hint = `it has ${grouped(count)} of them, from 0`
  throw new HillockError('HILLOCK_USAGE', `${name} has no recording ${sample}`, { hint })
}
