import type { BatchProgress, EpochReport, Network, Warning } from '@hillock/core'
import type { Recipe, RunEvents } from '@hillock/recipes'
import type { AboutBackend } from '../plugins/backends.ts'

/** What `hillock train` has to say. With --json each one is a line on standard output, `event` being its name. */
export interface TrainEvents {
  start: RunEvents['start'] & AboutBackend
  epoch: RunEvents['epoch']
  warning: Warning
  result: RunEvents['result'] & {
    readonly backend: string
    /** Of a sweep: the values of this run, and its densities in the last epoch. */
    readonly sweep?: Readonly<Record<string, unknown>>
    readonly density?: readonly number[]
    readonly model?: string
    readonly report?: string
    readonly raster?: string
    readonly page?: string
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
