import { HillockError, type Session, type Warning } from '@hillock/core'
import { pointOf, type RunFacts, type SavedRun, writeRun } from '@hillock/recipes'
import { version } from '../home.ts'
import { writeWhole } from '../output/files.ts'
import { filesIn } from './run-files.ts'

/** Keeps a folder's checkpoint up with a run. */
export interface CheckpointWriter {
  /** Writes what has not been written. Where that fails, training goes on and the checkpoint before is left as it was. */
  save(facts: RunFacts): Promise<Warning | undefined>
  /** Where a whole checkpoint of this run is, if anywhere. */
  readonly path: string | undefined
  /** Tells where the last checkpoint is, where something else could not be written. */
  explain(error: unknown): unknown
}

export const versions = () => ({ hillock: version(), node: process.version })

/** `last` is what the folder's checkpoint already holds of this run. */
export function checkpointWriter(folder: string, session: Session, last: SavedRun | undefined): CheckpointWriter {
  const { checkpoint: path } = filesIn(folder)
  let saved = last && { counters: last.counters, reports: last.reports.length }
  const remaining = () => (saved === undefined ? undefined : `${path} is whole, ${pointOf(saved.counters)}`)
  return {
    get path() {
      return saved && path
    },
    async save(facts) {
      const now = { counters: session.counters, reports: facts.reports.length }
      if (saved?.counters.batches === now.counters.batches && saved.reports === now.reports) return undefined
      try {
        await writeWhole(path, await writeRun(session, facts, versions()))
      } catch (error) {
        if (!(error instanceof HillockError) || error.code !== 'HILLOCK_OUTPUT') throw error
        const [found] = error.message.split('\n')
        return { code: error.code, message: `${found}; training continues${saved ? `; ${remaining()}` : ''}` }
      }
      saved = now
      return undefined
    },
    explain(error) {
      if (saved === undefined || !(error instanceof HillockError) || error.code !== 'HILLOCK_OUTPUT') return error
      const hint = `${remaining()}: make room, then hillock train --resume ${folder}`
      return new HillockError(error.code, error.message.split('\n')[0]!, { hint, cause: error })
    },
  }
}
