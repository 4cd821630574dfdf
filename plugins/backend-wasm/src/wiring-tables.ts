import { reversed } from '@hillock/core/backend'
import type { Wiring } from '@hillock/core/connections'
import { gridOf } from './grids.ts'
import { lastWidth, paddedSize, panelsOf } from './layout.ts'
import type { Machine } from './machine.ts'

/** Where a table lies, and how many bytes it takes; it is known by its wiring. */
export interface Table {
  readonly start: number
  readonly entries: number
  readonly bytes: number
}

/** Pieces by the sites of the input: what an event adds to, cut where panels end. */
export interface Pieces extends Table {
  /** How pieces are: so many vectors each, or 0: vectors of any number, -1: neurons of any number, -2: with lags. */
  readonly kind: number
}

/** Tables of wirings in the memory of the kernels, made when first asked for, and given back when the wiring is forgotten. */
export interface Tables {
  /** Pairs by the sites of the output. */
  pairs(wiring: Wiring): Table
  /** For an output of so many steps. */
  pieces(wiring: Wiring, steps: number): Pieces
  /** Rows of all matrices of a site, where what it sees can be put together as bits; 0 where not. */
  patchRows(wiring: Wiring): number
  /** Where it says how a grid lies (see `gridOf`); 0 if the wiring is no such grid. */
  grid(wiring: Wiring): number
}

/** Patches of more rows than this are not worth their tables. */
const mostRows = 8192
/** Of one wiring pieces are kept for so many numbers of steps. */
const mostLengths = 4
/** A patch may have so many places for each pair. */
const mostPlaces = 4

export function createTables(machine: Machine): Tables {
  const unused = new FinalizationRegistry(({ start, bytes }: Table) => machine.give(start, bytes))
  const put = (wiring: Wiring, start: Int32Array, entries: Int32Array): Table => {
    const bytes = 4 * (start.length + entries.length)
    const address = machine.take(bytes, 'a wiring')
    machine.words(address, start.length).set(start)
    machine.words(address + 4 * start.length, entries.length).set(entries)
    const table = { start: address, entries: address + 4 * start.length, bytes }
    unused.register(wiring, table, table)
    return table
  }
  const cuts = once((_: Wiring) => new Map<number, Pieces>())
  const lay = (wiring: Wiring, steps: number): Pieces => {
    const { start, entries, kind } = cut(wiring, steps)
    return Object.assign(put(wiring, start, Int32Array.from(entries)), { kind })
  }
  const drop = (table: Table): void => {
    unused.unregister(table)
    machine.give(table.start, table.bytes)
  }
  return {
    pairs: once((wiring) => {
      const { site, slot, lag, start } = wiring
      const entries = new Int32Array(3 * site.length)
      for (const [i, p] of site.entries()) entries.set([p, slot[i]!, lag?.[i] ?? 0], 3 * i)
      return put(wiring, start, entries)
    }),
    pieces(wiring, steps) {
      const known = cuts(wiring)
      const found = known.get(steps) ?? lay(wiring, steps)
      // The one that was asked for last stands last.
      known.delete(steps)
      known.set(steps, found)
      const [oldest, ...newer] = known
      if (newer.length >= mostLengths) {
        known.delete(oldest![0])
        drop(oldest![1])
      }
      return found
    },
    grid: once((wiring) => {
      const found = gridOf(wiring)
      return found ? put(wiring, found, new Int32Array()).start : 0
    }),
    patchRows: once((wiring) => {
      const { from, to, slots, diagonal, site, lag } = wiring
      const rows = slots * from.width
      if (diagonal || lag || to.width % 4 !== 0 || rows > mostRows) return 0
      if (slots * to.count > mostPlaces * site.length) return 0
      return isDistinct(wiring) ? rows : 0
    }),
  }
}

function once<T>(make: (wiring: Wiring) => T): (wiring: Wiring) => T {
  const known = new WeakMap<Wiring, T>()
  return (wiring) => {
    const found = known.get(wiring) ?? make(wiring)
    known.set(wiring, found)
    return found
  }
}

/** Whether no site meets two others by the same matrix. */
function isDistinct({ to, slots, start, slot }: Wiring): boolean {
  const seen = new Int32Array(slots).fill(-1)
  for (let q = 0; q < to.count; q++) {
    for (let pair = start[q]!; pair < start[q + 1]!; pair++) {
      if (seen[slot[pair]!] === q) return false
      seen[slot[pair]!] = q
    }
  }
  return true
}

/** See `PIECE` in assembly. */
function cut(wiring: Wiring, steps: number): { start: Int32Array; entries: number[]; kind: number } {
  const { from, to } = wiring
  const { start, site, slot, lag } = reversed(wiring)
  const [size, row] = [to.count * to.width, 4 * paddedSize(to.width)]
  const entries: number[] = []
  const starts = new Int32Array(from.count + 1)
  const counts = new Set<number>()
  for (let p = 0; p < from.count; p++) {
    for (let pair = start[p]!; pair < start[p + 1]!; pair++) {
      const [first, end] = [site[pair]! * to.width, (site[pair]! + 1) * to.width]
      for (let n = first; n < end; ) {
        const panel = Math.floor(n / 32)
        const count = Math.min(32 * (panel + 1), end) - n
        const width = panel + 1 === panelsOf(size) ? lastWidth(size) : 32
        const weights = slot[pair]! * from.width * row + 4 * (n - first)
        entries.push(128 * panel * steps + 4 * (n % 32), (4 * width) | (count << 16), weights, lag?.[pair] ?? 0)
        counts.add(count)
        n += count
      }
    }
    starts[p + 1] = entries.length / 4
  }
  return { start: starts, entries, kind: lag ? -2 : kindOf([...counts]) }
}

function kindOf(counts: readonly number[]): number {
  if (counts.some((count) => count % 4 !== 0)) return -1
  return counts.length === 1 ? counts[0]! / 4 : 0
}
