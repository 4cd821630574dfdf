import type { Events, Values } from '@hillock/core/backend'
import type { LazyWeights } from './lazy-weights.ts'
import type { Part, PlasticLayer } from './plastic-layer.ts'
import type { SpikeCounts } from './spike-counts.ts'

/** One sample to be shown. */
export interface Shown {
  /** Rows `row`, `row + stride`, ... of the input hold its time steps. */
  readonly row: number
  readonly stride: number
  readonly label: number
  readonly classes: number
  /** One for each step: 1 where the teacher fires. */
  readonly teacher: Uint8Array
  /** How far training has come, from 0 to 1. */
  readonly progress: number
  /** A random number from 0 to 1: the place that a channel is recruited at. */
  readonly chance: number
}

/** Where the presentations of a batch are played. */
export interface Stage {
  readonly layers: readonly PlasticLayer[]
  /** Plays all time steps of a presentation: leaves spikes, their counts, and weights that have learnt from each step. */
  play(shown: Shown): void
  /** The weights of a layer's source, [rows, columns], when all is played; none further from 0 than `limit`. */
  weights(layer: number, source: number, limit: number): Values
}

/** What a layer needs to be played. */
export interface Room {
  /** Of each source. */
  readonly sources: readonly { readonly weights: LazyWeights; readonly pre: SpikeCounts }[]
  readonly spikes: Events
  readonly counts: SpikeCounts
  readonly learners: SpikeCounts
  readonly membranes: Float32Array
}

/** So many may fire in a step. */
export const mostWinners = ({ layer, competition }: Part): number =>
  competition === undefined ? 0 : Math.min(layer.size, Math.max(1, competition.k))

export const plasticLayers = (parts: readonly Part[], rooms: readonly Room[]): PlasticLayer[] =>
  parts.map((part, l) => {
    const { wins } = part
    const sources = part.sources.map((source, s) => {
      const { weights, pre } = rooms[l]!.sources[s]!
      return { ...source, pre, synapses: { weights, winCounts: wins, winCountsBelow: source.winsBelow } }
    })
    return { ...part, ...rooms[l]!, sources, taking: [0, part.layer.size], recruit: -1 }
  })
