import type { BatchProgress, Counters, EpochReport, Network, Warning } from '@hillock/core'
import type { AboutBackend } from './backends.ts'
import type { Recipe } from './recipe.ts'

/** What `hillock train` has to say. With --json each one is a line on standard output, `event` being its name. */
export interface TrainEvents {
  start: AboutBackend & {
    readonly recipe: string
    readonly learner: string
    readonly seed: number
    readonly parameters: number
    readonly resumed?: Counters
  }
  epoch: Omit<EpochReport, 'warnings'>
  warning: Warning
  result: {
    readonly recipe: string
    readonly learner: string
    readonly backend: string
    readonly testAccuracy: number | undefined
    readonly epochs: number
    readonly seconds: number
    readonly stopped: boolean
    /** Of a sweep: the values of this run, and its densities in the last epoch. */
    readonly sweep?: Readonly<Record<string, unknown>>
    readonly density?: readonly number[]
    readonly model?: string
    readonly report?: string
    readonly raster?: string
    readonly checkpoint?: string
  }
}

/** Shows a run, to people or to programs. */
export interface TrainOutput {
  /** Something is under way that may take a while. */
  status(message: string): void
  /** Something to know at once. */
  note(message: string): void
  start(
    event: TrainEvents['start'],
    about: { readonly recipe: Recipe; readonly network: Network; readonly data: string; readonly binaryInput: boolean },
  ): void
  batch(progress: BatchProgress): void
  epoch(event: TrainEvents['epoch'], epochs: number): void
  warning(event: TrainEvents['warning']): void
  result(event: TrainEvents['result'], last: EpochReport | undefined): void
}
