import { digest, HillockError } from '@hillock/core'
import type { SavedRun } from '@hillock/recipes'
import type { Loaded } from './data.ts'

const parts = ['train', 'validation', 'test'] as const

/**
 * The digests of a data set's parts, in one text. Throws HILLOCK_USAGE if they are not those that a run began with; a run of hillock 0.1
 * knows only how many training examples there were.
 */
export function checkSameData(dataset: Loaded, from: SavedRun | undefined): string {
  const digests = parts.map((part) => (dataset[part] === undefined ? '-' : digest(dataset[part])))
  if (from === undefined) return digests.join(' ')
  const hint = 'pass --data the folder that the run began with'
  const { count } = dataset.train
  if (from.examples !== count) {
    throw new HillockError('HILLOCK_USAGE', `the run began with ${from.examples} examples, but here are ${count}`, {
      hint,
    })
  }
  const began = from.data?.split(' ') ?? digests
  const other = parts.filter((_, i) => began[i] !== digests[i])
  if (other.length === 0) return digests.join(' ')
  const found = `the run began with other examples than these (${other.join(', ')})`
  throw new HillockError('HILLOCK_USAGE', found, { hint })
}
