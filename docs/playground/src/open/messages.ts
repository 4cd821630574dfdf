import type { NirOptions } from '@hillock/nir'
import type { Frame } from '../messages.ts'
import type { Pick as NeuronPick } from '../picked.ts'

/** What a NIR file leaves open. */
export type Meaning = Pick<NirOptions, 'dt' | 'timeUnit' | 'method' | 'reset'>

/** What an opened network is shown: a digit of the test set, or the same current for every input. */
export type OpenShown = ({ readonly example: number } | { readonly level: number }) & {
  readonly pick?: NeuronPick | undefined
}

/** `steps`: time steps T, of a file that does not say how many. */
export type OpenRequest =
  | {
      readonly type: 'open'
      readonly name: string
      readonly bytes: Uint8Array
      readonly meaning: Meaning | undefined
      readonly steps: number
    }
  | { readonly type: 'show'; readonly shown: OpenShown }

/** A tensor in figures; `bins` are numbers of values in ranges of the same width from `least` to `most`. */
export interface OpenTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly least: number
  readonly most: number
  readonly mean: number
  readonly deviation: number
  readonly bins: readonly number[]
}

export interface OpenLayer {
  readonly name: string
  readonly neuron: string
  readonly shape: readonly number[]
  /** What feeds it: the connections, and the layer that they come from. */
  readonly sources: readonly string[]
}

export interface Opened {
  readonly name: string
  readonly tensors: readonly OpenTensor[]
  /** Nothing where the file holds tensors alone. */
  readonly network:
    | {
        readonly inputs: number
        readonly steps: number
        readonly encoder: string
        readonly layers: readonly OpenLayer[]
      }
    | undefined
  /** What is to be known: what was left out, or why there is no network. */
  readonly notes: readonly string[]
}

export type OpenReport =
  | { readonly type: 'opened'; readonly opened: Opened }
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'failed'; readonly message: string }
