import type { Wiring } from '@hillock/core/connections'

/** The pairs of a wiring that have one lag, so many for each site of the output, filled up with what counts as 0. */
export interface Part {
  readonly lag: number
  readonly each: number
  /** [to.count * each]; `from.count` where there is none. */
  readonly site: Int32Array
  /** [to.count * each], or [each] where all sites of the output have the same; `slots` where there is none. */
  readonly slot: Int32Array
}

/** A site may have so many places for each of its pairs, where that lets all sites have the same matrices. */
const mostPlaces = 4

const plans = new WeakMap<Wiring, readonly Part[]>()

/** A wiring as lists for `gather`. */
export function planOf(wiring: Wiring): readonly Part[] {
  const found = plans.get(wiring) ?? [...new Set(wiring.lag ?? [0])].map((lag) => partOf(wiring, lag))
  plans.set(wiring, found)
  return found
}

const unweighted = new WeakMap<Wiring, Part>()

/** All pairs, in the order of the table, whatever their matrices. */
export function pairsOf(wiring: Wiring): Part {
  const same = { ...wiring, slots: 1, slot: new Int32Array(wiring.site.length) }
  const found = unweighted.get(wiring) ?? partOf(same, 0)
  unweighted.set(wiring, found)
  return found
}

function partOf({ from, to, slots, start, site, slot, lag }: Wiring, own: number): Part {
  const lists = Array.from({ length: to.count }, (_, q) => {
    const pairs = Array.from({ length: start[q + 1]! - start[q]! }, (_, i) => start[q]! + i)
    return pairs.filter((pair) => (lag?.[pair] ?? 0) === own)
  })
  const count = lists.reduce((sum, { length }) => sum + length, 0)
  const distinct = lists.every((pairs) => new Set(pairs.map((pair) => slot[pair])).size === pairs.length)
  const same = distinct && slots * to.count <= mostPlaces * count
  const each = same ? slots : Math.max(1, ...lists.map(({ length }) => length))
  const sites = new Int32Array(to.count * each).fill(from.count)
  const matrices = same ? Int32Array.from({ length: slots }, (_, k) => k) : new Int32Array(to.count * each).fill(slots)
  for (const [q, pairs] of lists.entries()) {
    for (const [i, pair] of pairs.entries()) {
      sites[q * each + (same ? slot[pair]! : i)] = site[pair]!
      if (!same) matrices[q * each + i] = slot[pair]!
    }
  }
  return { lag: own, each, site: sites, slot: matrices }
}
