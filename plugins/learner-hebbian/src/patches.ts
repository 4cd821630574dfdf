import { reversed, type Wiring } from '@hillock/core/backend'
import type { Active } from './lazy-weights.ts'
import { newCounts, type SpikeCounts } from './spike-counts.ts'

/** What each place of a convolution sees of the spikes of a step. */
export interface Patches {
  /** Rows of the weights whose inputs fired, place by place: those of place q are from start[q] to start[q + 1] - 1. */
  readonly rows: Int32Array
  readonly start: Int32Array
  /** Takes the inputs that fired. */
  see(now: Active): void
}

export function newPatches(wiring: Wiring): Patches {
  const { count } = wiring.to
  const { width } = wiring.from
  const { start: first, site: place, slot } = reversed(wiring)
  const start = new Int32Array(count + 1)
  const next = new Int32Array(count)
  const rows = new Int32Array(wiring.site.length * width)
  return {
    rows,
    start,
    see({ index, from, to }) {
      start.fill(0)
      for (let e = from; e < to; e++) {
        const site = Math.floor(index[e]! / width)
        for (let k = first[site]!; k < first[site + 1]!; k++) start[place[k]! + 1]!++
      }
      for (let q = 0; q < count; q++) {
        next[q] = start[q]!
        start[q + 1]! += start[q]!
      }
      for (let e = from; e < to; e++) {
        const site = Math.floor(index[e]! / width)
        const channel = index[e]! - site * width
        for (let k = first[site]!; k < first[site + 1]!; k++) rows[next[place[k]!]!++] = slot[k]! * width + channel
      }
    },
  }
}

/** Which inputs of a max pool's output fire. */
export function newPool(wiring: Wiring): (now: Active) => Active {
  const { width } = wiring.from
  const { start, site: place } = reversed(wiring)
  const size = wiring.to.count * width
  const [index, fired] = [new Int32Array(size), new Uint8Array(size)]
  return (now) => {
    let count = 0
    for (let e = now.from; e < now.to; e++) {
      const site = Math.floor(now.index[e]! / width)
      const channel = now.index[e]! - site * width
      for (let k = start[site]!; k < start[site + 1]!; k++) {
        const neuron = place[k]! * width + channel
        if (fired[neuron] === 1) continue
        fired[neuron] = 1
        index[count++] = neuron
      }
    }
    for (let i = 0; i < count; i++) fired[index[i]!] = 0
    return { index, from: 0, to: count }
  }
}

/** What some places saw in a presentation: how often each row's input fired, the mean over the places. */
export function meanPatch(
  { start, site, slot, from: { width }, slots }: Wiring,
  { counts }: SpikeCounts,
  places: readonly number[],
): SpikeCounts {
  const mean = newCounts(slots * width)
  for (const q of places) {
    for (let k = start[q]!; k < start[q + 1]!; k++) {
      for (let i = 0; i < width; i++) {
        const seen = counts[site[k]! * width + i]!
        if (seen === 0) continue
        const row = slot[k]! * width + i
        if (mean.counts[row] === 0) mean.fired[mean.length++] = row
        mean.counts[row]! += seen / places.length
      }
    }
  }
  return mean
}

/** The places that an input of a presentation reaches. */
export function placesSeen({ start, site, from: { width }, to: { count } }: Wiring, { counts }: SpikeCounts): number[] {
  const seen = (q: number) => {
    for (let k = start[q]!; k < start[q + 1]!; k++)
      for (let i = 0; i < width; i++) if (counts[site[k]! * width + i] !== 0) return true
    return false
  }
  return Array.from({ length: count }, (_, q) => q).filter(seen)
}
