import type { Encoder, EpochReport, Session } from '@hillock/core'
import type { Dataset } from '@hillock/datasets'
import type { Recipe } from '@hillock/recipes'
import type { TrainEvents } from '../output/events.ts'

/** A run that has come to its end, or to a stop. */
export interface Finished {
  readonly session: Session
  readonly dataset: Dataset
  readonly encoder: Encoder
  readonly recipe: Recipe
  readonly seed: number
  readonly threads: number
  readonly reports: readonly EpochReport[]
  readonly result: TrainEvents['result']
}
