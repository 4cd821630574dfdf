import type { Encoder, EpochReport, Session } from '@hillock/core'
import type { Recipe } from '@hillock/recipes'
import type { TrainEvents } from '../output/events.ts'
import type { Loaded } from './data.ts'

/** A run that has come to its end, or to a stop. */
export interface Finished {
  readonly session: Session
  readonly dataset: Loaded
  readonly encoder: Encoder
  readonly recipe: Recipe
  readonly seed: number
  readonly threads: number
  readonly reports: readonly EpochReport[]
  readonly result: TrainEvents['result']
}
