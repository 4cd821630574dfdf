import { type LargestAdjoint, type MatmulOptions, reversed } from '@hillock/core/backend'
import type { Wiring } from '@hillock/core/connections'
import type { Device } from './device.ts'
import { groupsFor } from './frame.ts'
import { addSlices, type Slices } from './gather.ts'
import { largest, largestAdjoint, largestSpikes } from './largest.ts'
import type { Memory } from './memory.ts'
import type { Work } from './multiply.ts'
import type { Start } from './products.ts'
import type { Block } from './tensor.ts'
import { nameOf, type WiredKind, wired, wiredGradient } from './wired.ts'

/** The lists of a wiring on the device, made when first asked for, and freed when the wiring is forgotten. */
export interface Tables {
  /** Pairs by the sites of the output. */
  pairs(wiring: Wiring): Readonly<Record<'start' | 'site' | 'slot' | 'lag', Block>>
  /** Pairs by the matrices: `site` is that of the input, `other` that of the output. */
  bySlot(wiring: Wiring): Readonly<Record<'start' | 'site' | 'other' | 'slot' | 'lag', Block>>
}

/** `before` is called before a table is written. */
export function createTables(device: Device, memory: Memory, before: () => void): Tables {
  const unused = new FinalizationRegistry((block: Block) => memory.free(block))
  function put<Name extends string>(wiring: Wiring, lists: Readonly<Record<Name, Int32Array>>): Record<Name, Block> {
    const all = Object.entries(lists) as [Name, Int32Array][]
    const block = memory.alloc([32 * all.reduce((sum, [, { length }]) => sum + length, 0)], 'spikes')
    unused.register(wiring, block)
    before()
    let at = block.at
    const places = all.map(([name, list]) => {
      device.write('words', at, new Uint32Array(list))
      at += list.length
      return [name, { ...block, at: at - list.length, words: list.length }]
    })
    return Object.fromEntries(places) as Record<Name, Block>
  }
  const lagOf = ({ lag, site }: Wiring) => lag ?? new Int32Array(site.length)
  return {
    pairs: once((wiring) => {
      const { start, site, slot } = wiring
      return put(wiring, { start, site, slot, lag: lagOf(wiring) })
    }),
    bySlot: once((wiring) => put(wiring, sorted(wiring, lagOf(wiring)))),
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

/** Pairs by their matrices, in the order of the table within each. */
function sorted({ to, slots, start, site, slot }: Wiring, lag: Int32Array) {
  const starts = new Int32Array(slots + 1)
  for (const k of slot) starts[k + 1]!++
  for (let k = 0; k < slots; k++) starts[k + 1]! += starts[k]!
  const next = starts.slice(0, -1)
  const [sites, others, lags] = [site, site, lag].map(({ length }) => new Int32Array(length)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ]
  for (let q = 0; q < to.count; q++) {
    for (let pair = start[q]!; pair < start[q + 1]!; pair++) {
      const at = next[slot[pair]!]!++
      sites[at] = site[pair]!
      others[at] = q
      lags[at] = lag[pair]!
    }
  }
  return { start: starts, site: sites, other: others, slot: sites, lag: lags }
}

/** out = a b by a wiring. */
export function multiplyWired(
  work: Work,
  tables: Tables,
  a: Block,
  b: Block,
  out: Block,
  { wiring, transposeA, transposeB, bias, accumulate }: MatmulOptions & { readonly wiring: Wiring },
): void {
  const { diagonal, lag } = wiring
  const late = lag ? a.shape[1]! : 1
  const kindOf = (lags: 'back' | 'ahead'): WiredKind => ({ of: a.kind, diagonal, lags: lag ? lags : 'none' })
  if (transposeA) {
    gradient(work, tables, a, b, out, { wiring, late, kind: kindOf('back'), accumulate })
    return
  }
  const way = transposeB ? reversed(wiring) : wiring
  const [from, to] = [way.from.width, way.to.width]
  const [bi, bj] = diagonal ? [0, 1] : transposeB ? [1, from] : [to, 1]
  const kind = kindOf(transposeB ? 'ahead' : 'back')
  const start: Start = accumulate ? 'before' : bias ? 'bias' : 'zero'
  const sizes = { count: out.rows * out.size, rows: a.rows, inputs: a.size, outputs: out.size, from, to, late }
  work.launch(`wired ${start} ${nameOf(kind)}`, () => wired(start, kind), groupsFor(sizes.count), {
    ...tables.pairs(way),
    ...{ a, b, out, ...sizes, step: diagonal ? to : from * to, bi, bj },
    ...(bias && { bias: bias as Block, channels: (bias as Block).size }),
  })
}

/** Threads that keep a large GPU busy; as in `gather.ts`, what is cut up goes by sizes alone. */
const busy = 2 ** 17

/** Few weights are cut into slices of rows, so that there is work for all. */
function slicesFor(rows: number, weights: number): Slices {
  const each = Math.max(1, Math.ceil((rows * weights) / busy))
  return { count: Math.max(1, Math.ceil(rows / each)), rows: each }
}

function gradient(
  work: Work,
  tables: Tables,
  a: Block,
  delta: Block,
  out: Block,
  {
    wiring,
    late,
    kind,
    accumulate,
  }: {
    readonly wiring: Wiring
    readonly late: number
    readonly kind: WiredKind
    readonly accumulate: boolean | undefined
  },
): void {
  const weights = out.rows * out.size
  const slices = slicesFor(delta.rows, weights)
  const sizes = { weights, rows: a.rows, later: delta.rows, inputs: a.size, outputs: delta.size, late }
  const add = (partial: Block) => {
    const count = slices.count * weights
    work.launch(`wired gradient ${nameOf(kind)}`, () => wiredGradient(kind), groupsFor(count), {
      ...tables.bySlot(wiring),
      ...{ a, delta, partial, count, ...sizes, sliceRows: slices.rows },
      ...{ from: wiring.from.width, to: wiring.to.width },
    })
    if (partial === out) return
    const start = accumulate ? 'before' : 'zero'
    const sum = { partial, out, slices: slices.count, count: weights }
    work.launch(`add slices ${start}`, () => addSlices(start), groupsFor(weights), sum)
  }
  if (slices.count === 1 && !accumulate) add(out)
  else work.withScratch([slices.count, weights], add)
}

/** out = the largest of the sites that reach a site, or the adjoint of that. */
export function launchLargest(
  work: Work,
  tables: Tables,
  a: Block,
  wiring: Wiring,
  out: Block,
  adjoint: LargestAdjoint | undefined,
): void {
  const { start, site } = tables.pairs(wiring)
  const sizes = { inputs: a.size, outputs: out.size, width: wiring.to.width }
  if (adjoint) {
    const [signal, into] = [adjoint.signal as Block, adjoint.into as Block]
    const back = tables.pairs(reversed(wiring))
    const values = { a, out, signal, into, start, site, backStart: back.start, backSite: back.site, ...sizes }
    const count = a.rows * a.size
    work.launch(`largest adjoint ${a.kind}`, () => largestAdjoint(a.kind), groupsFor(count), { ...values, count })
  } else if (a.kind === 'spikes') {
    const groups = out.rows * groupsFor(out.size)
    work.launch('largest spikes', largestSpikes, groups, { a, out, start, site, ...sizes })
  } else {
    const count = out.rows * out.size
    work.launch('largest', largest, groupsFor(count), { a, out, start, site, ...sizes, count })
  }
}
