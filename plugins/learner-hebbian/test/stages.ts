import type { Network } from '@hillock/core'
import type { Events } from '@hillock/core/backend'
import { competitionOf } from '../src/competition.ts'
import { plainStage } from '../src/plain-stage.ts'
import { type LayerOptions, planOf } from '../src/plan.ts'
import type { Part } from '../src/plastic-layer.ts'
import { conclude, present } from '../src/present.ts'
import { projectionsOf } from '../src/projections.ts'
import { simdStages } from '../src/simd-stage.ts'
import type { Stage } from '../src/stage.ts'

export type MakeStage = (parts: readonly Part[], input: Events, steps: number) => Stage

/** Both ways to play presentations. */
export const stages: readonly (readonly [name: string, make: MakeStage])[] = [
  ['in plain JavaScript', plainStage],
  ['in WebAssembly', await simdStages()],
]

export type Values = Float32Array | Float64Array

/** Layers of a network with these weights [inputs, units], and biases where they are given. */
export function partsOf(
  network: Network,
  options: readonly LayerOptions[],
  weights: readonly Values[],
  biases: readonly Float32Array[] = [],
): Part[] {
  const wins = network.layers.map(({ size }) => new Float32Array(size))
  return network.layers.map((layer, l) => {
    const { rule, upkeep, gating, ...given } = planOf(options[l]!)
    const source = { weights: weights[l]!.slice(), winsBelow: wins[l - 1], countsWins: false }
    return {
      layer,
      rule,
      upkeep,
      gating,
      bias: biases[l] ?? new Float32Array(layer.size),
      sources: projectionsOf(layer).map((projection) => ({ ...projection, ...source })),
      wins: wins[l]!,
      competition: rule.competes ? competitionOf(layer, layer.neuron.params, given) : undefined,
    }
  })
}

export interface Taught {
  readonly labels: readonly number[]
  readonly classes: number
  /** For each sample, for each step. */
  readonly teacher: readonly Uint8Array[]
  readonly clip?: number
}

/** What came of some presentations; row b * T + t of the input is step t of sample b. */
export function playAll(stage: Stage, { labels, classes, teacher, clip = Infinity }: Taught) {
  const spikes = stage.layers.map((): number[][] => [])
  const counts: number[][] = []
  labels.forEach((label, b) => {
    const { length } = teacher[b]!
    const progress = b / labels.length
    const shown = { row: b * length, stride: 1, label, classes, teacher: teacher[b]!, progress, chance: 0 }
    present(stage, shown)
    for (const [l, layer] of stage.layers.entries()) {
      const { start, index } = layer.spikes
      for (let t = 0; t < length; t++) spikes[l]!.push(Array.from(index.subarray(start[t], start[t + 1])))
    }
    for (const { counts: found, fired, length } of stage.layers.flatMap((layer) => [
      layer.sources[0]!.pre,
      layer.counts,
    ]))
      counts.push(Array.from(found), Array.from(fired.subarray(0, length)))
    conclude(stage, shown)
  })
  return {
    /** Of each layer, who fired in each step of each sample. */
    spikes,
    counts,
    wins: stage.layers.map(({ wins }) => Array.from(wins)),
    weights: stage.layers.map((_, l) => Array.from(stage.weights(l, 0, clip))),
  }
}
