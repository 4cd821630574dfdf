import type { BatchProgress, EpochReport, Warning } from '@hillock/core'
import type { Recipe } from '@hillock/recipes'
import type { Compared } from './compare.ts'
import type { Dropped } from './dropped.ts'
import type { Pick as NeuronPick, Picked } from './picked.ts'
import type { Swap } from './settings.ts'
import type { Training } from './training.ts'

/** What is shown to the network: one example of the test set, a drawing, or a recording. */
export type Shown = (
  | { readonly example: number }
  | { readonly drawing: Float32Array }
  | { readonly recording: Dropped }
) & {
  /** The neuron that is looked at. */
  readonly pick: NeuronPick | undefined
}

/** What the page asks of the worker. */
export type Request =
  | { readonly type: 'start'; readonly trainings: readonly Training[]; readonly paused: boolean; readonly shown: Shown }
  | { readonly type: 'files'; readonly files: readonly Dropped[] }
  | { readonly type: 'pause' | 'play' | 'step' }
  | { readonly type: 'save'; readonly side: number }
  | { readonly type: 'show'; readonly shown: Shown }
  | { readonly type: 'swap'; readonly to: Swap['to'] }

/** What each layer did with one example. */
export interface Frame {
  /** What was shown: of digits [28 * 28], 0 to 1; undefined where it changes from step to step. */
  readonly image: Float32Array | undefined
  /** Undefined for a drawing, and for a recording alone. */
  readonly label: number | undefined
  readonly prediction: number
  readonly steps: number
  readonly picked: Picked | undefined
  readonly layers: readonly FrameLayer[]
}

/** The input comes first. */
export interface FrameLayer {
  readonly name: string
  readonly size: number
  /** What it gave out, [T, N]: spikes, or the numbers of a layer that gives out others. */
  readonly spikes: Float32Array
}

/** What the worker tells of one run. */
export type RunReport =
  | { readonly type: 'start'; readonly recipe: Recipe; readonly parameters: number; readonly threads: number }
  | ({ readonly type: 'batch' } & Pick<BatchProgress, 'epoch' | 'epochs' | 'batch' | 'batches' | 'loss' | 'accuracy'>)
  | { readonly type: 'epoch'; readonly report: Omit<EpochReport, 'warnings'> }
  | { readonly type: 'warning'; readonly warning: Warning }
  | { readonly type: 'end'; readonly seconds: number }
  | { readonly type: 'frame'; readonly frame: Frame }

/** What the worker tells the page; `side` is the place of a run among those that were started. */
export type Report =
  | (RunReport & { readonly side: number })
  | { readonly type: 'swapped'; readonly swap: Swap; readonly threads: number }
  /** A backend that there is none of here. */
  | { readonly type: 'refused'; readonly message: string }
  /** A recording that cannot be shown. */
  | { readonly type: 'unreadable'; readonly message: string }
  | { readonly type: 'compared'; readonly compared: Compared }
  | { readonly type: 'model'; readonly bytes: Uint8Array }
  | { readonly type: 'failed'; readonly message: string }
