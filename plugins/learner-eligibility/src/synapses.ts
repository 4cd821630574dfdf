import { weightsOf } from '@hillock/core/backend'
import { type Wiring, wiring } from '@hillock/core/connections'
import type { Runtime, Tensor } from '@hillock/core/learner'

/** The synapses of a connection: one for each pair of sites and each weight that the pair uses. Values of all of them are one row. */
export interface Synapses {
  readonly size: number
  /** From values of neurons to those of their synapses. */
  readonly ofNeurons: Wiring
  /** From values of inputs; with the lags of the connection. */
  readonly ofInputs: Wiring
  /** From an input that is 1: the gradient of these weights is what synapses of the same weight add up to. */
  readonly toWeights: Wiring
}

export function synapsesOf(given: Wiring): Synapses {
  const { from, to, slots, diagonal, start, site, slot, lag } = given
  const rows = diagonal ? 1 : from.width
  const target: number[] = []
  for (let q = 0; q < to.count; q++) for (let pair = start[q]!; pair < start[q + 1]!; pair++) target.push(q)
  const all = { count: site.length * rows, width: to.width }
  const inputs = diagonal ? from : { count: from.count * rows, width: 1 }
  const at = (place: number) => [Math.floor(place / rows), place % rows] as const
  const diagonals = { to: all, slots: 1, diagonal: true }
  return {
    size: all.count * all.width,
    ofNeurons: wiring({ ...diagonals, from: to }, (place, add) => add(target[at(place)[0]]!)),
    ofInputs: wiring({ ...diagonals, from: inputs, diagonal }, (place, add) => {
      const [pair, row] = at(place)
      add(site[pair]! * rows + row, 0, lag?.[pair])
    }),
    toWeights: wiring({ from: { count: 1, width: 1 }, to: all, slots: slots * rows }, (place, add) => {
      const [pair, row] = at(place)
      add(0, slot[pair]! * rows + row)
    }),
  }
}

/** Every neuron of a layer reaches itself. */
export const themselves = (width: number): Wiring => {
  const sites = { count: 1, width }
  return wiring({ from: sites, to: sites, slots: 1, diagonal: true }, (_, add) => add(0))
}

/** Values as they reach others by a wiring of ones, into `out`. */
export function spread(runtime: Runtime, x: Tensor, by: Wiring, out: Tensor): Tensor {
  runtime.backend.matmul(x, runtime.fixed(weightsOf(by), 1), out, { wiring: by })
  return out
}
