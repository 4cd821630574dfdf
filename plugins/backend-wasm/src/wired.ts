import { type MatmulOptions, reversed } from '@hillock/core/backend'
import type { Wiring } from '@hillock/core/connections'
import type { Piece } from './command-queue.ts'
import { type Block, paddedSize, panelsOf } from './layout.ts'
import type { Machine } from './machine.ts'
import { writeBits } from './random.ts'
import { asNumbers, type Rows, relaid, relay } from './repack.ts'
import type { Table, Tables } from './wiring-tables.ts'

/** out = a b by a wiring: event by event where `a` holds spikes, else by blocks of products. */
export function wiredProduct(
  machine: Machine,
  tables: Tables,
  given: Block,
  b: Block,
  out: Block,
  { wiring, transposeA, transposeB, bias, activeMask, accumulate }: MatmulOptions & { readonly wiring: Wiring },
): void {
  if (given.kind === 'spikes') writeBits(machine, given)
  const a = relaid(machine, given, rowsFor(given, wiring))
  if (transposeA) {
    gradient(machine, tables, a, wiring.lag ? b : relaid(machine, b, a), out, wiring, accumulate)
    return
  }
  const target = wiring.lag ? out : relaid(machine, out, a)
  const weights = rowsOf(machine, b)
  const also = { bias: bias as Block | undefined, accumulate: accumulate ? 1 : 0 }
  if (transposeB) {
    const turned = wiring.diagonal ? weights : turn(machine, weights, wiring)
    const some =
      activeMask && someNeeded(machine, activeMask as Block, target, wiring)
        ? { activeMask: activeMask as Block, weights }
        : undefined
    reals(machine, tables, asReals(machine, a), turned, target, { ...also, wiring: reversed(wiring), back: 1, some })
  } else if (a.kind === 'spikes') spikes(machine, tables, a, weights, target, { ...also, wiring })
  else reals(machine, tables, a, weights, target, { ...also, wiring, back: 0 })
  if (target !== out) relay(machine, target, out)
}

/** Rows that a block of products has at most, and at least. */
const [mostRows, fewestRows] = [32, 4]

/** How rows are cut up: those of numbers that have one step are taken as steps, since products are formed for all steps of a sample. */
function rowsFor(a: Block, { lag }: Wiring): Rows {
  if (lag || a.kind === 'spikes' || a.steps > 1) return a
  for (let steps = mostRows; steps >= fewestRows; steps--)
    if (a.batch % steps === 0) return { steps, batch: a.batch / steps }
  return a
}

/** Whether what is needed can be picked out; then its bits are written. */
function someNeeded(machine: Machine, activeMask: Block, out: Block, { to, diagonal }: Wiring): boolean {
  if (diagonal || to.width % 4 !== 0 || activeMask.steps !== out.steps || activeMask.batch !== out.batch) return false
  writeBits(machine, activeMask)
  return true
}

const asReals = (machine: Machine, a: Block): Block => (a.kind === 'spikes' ? asNumbers(machine, a) : a)

const scratchOf = (machine: Machine, bytes: number, what: string): Piece => ({
  address: machine.scratch(bytes, what),
  bytes,
})

/** Weights row by row, each padded to whole vectors. */
function rowsOf(machine: Machine, weights: Block): Piece {
  const { steps, size } = weights
  const rows = scratchOf(machine, 4 * steps * paddedSize(size), 'rows of weights')
  const args = [weights.address, rows.address, steps, size]
  machine.enqueue(machine.fixed('rows'), panelsOf(steps), args, { reads: [weights], writes: [rows] })
  return rows
}

/** The same with each matrix transposed. */
function turn(machine: Machine, rows: Piece, { from, to, slots }: Wiring): Piece {
  const turned = scratchOf(machine, 4 * slots * to.width * paddedSize(from.width), 'transposed weights')
  const args = [rows.address, turned.address, from.width, to.width]
  machine.enqueue(machine.fixed('turn'), slots, args, { reads: [rows], writes: [turned] })
  return turned
}

interface Given {
  readonly wiring: Wiring
  readonly bias: Block | undefined
  readonly accumulate: number
}

/** What a product touches. */
const access = (a: Block, weights: Piece, out: Block, bias: Block | undefined) => ({
  samples: a.batch,
  reads: [a],
  shared: bias ? [weights, bias] : [weights],
  writes: [out],
})

const sizes = (a: Block, out: Block): number[] => [a.steps, out.steps, a.size, out.size]
const entriesOf = ({ start, entries }: Table): number[] => [start, entries]

/** The table that events go by: pieces of rows, or of a diagonal wiring pairs by the sites of its input. */
const byInput = (tables: Tables, wiring: Wiring, { steps }: Block): number[] => {
  if (wiring.diagonal) return [...entriesOf(tables.pairs(reversed(wiring))), 0]
  const pieces = tables.pieces(wiring, steps)
  return [...entriesOf(pieces), pieces.kind]
}

/** Of tables of partial sums, and what patches that go by the same ones may take. */
const [tableBytes, patchBytes] = [32768, 256 << 10]

function spikes(
  machine: Machine,
  tables: Tables,
  a: Block,
  weights: Piece,
  out: Block,
  { wiring, bias, accumulate }: Given,
): void {
  const { from, to, diagonal } = wiring
  const rows = tables.patchRows(wiring)
  const patch = 4 * panelsOf(rows) * a.steps
  const atOnce = Math.max(1, Math.min(to.count, Math.floor(patchBytes / Math.max(1, patch))))
  const perThread = rows === 0 ? 0 : tableBytes + atOnce * patch
  const args = [
    ...[a.address, weights.address, out.address, ...sizes(a, out)],
    ...[from.width, to.width, 4 * paddedSize(to.width), ...byInput(tables, wiring, out)],
    ...(rows === 0 ? [0, 0] : entriesOf(tables.pairs(wiring))),
    ...[to.count, rows, bias?.address ?? 0, bias?.size ?? 0, accumulate, diagonal ? 1 : 0],
    ...[machine.scratch(machine.threads * perThread, 'patches'), perThread, atOnce],
  ]
  machine.enqueue(machine.fixed('wired'), a.batch, args, access(a, weights, out, bias))
}

/** As many as `ROWS` in assembly. */
const tilesAtOnce = 64

/** The matrices by which a grid is formed two by two sites at once. */
function winogradWeights(machine: Machine, weights: Piece, width: number, row: number, grid: number): Piece {
  const made = scratchOf(machine, 16 * width * row, 'matrices of a grid')
  const args = [weights.address, made.address, width, row, grid]
  machine.enqueue(machine.fixed('winogradWeights'), width, args, { reads: [weights], writes: [made] })
  return made
}

/** The share of numbers that is listed at most (see assembly), and bytes that are spent on that for each thread. */
const [mostNumbers, mostListBytes] = [0.5, 16 << 20]

function reals(
  machine: Machine,
  tables: Tables,
  a: Block,
  weights: Piece,
  out: Block,
  {
    wiring,
    bias,
    accumulate,
    back,
    some,
  }: Given & { readonly back: number; readonly some?: { activeMask: Block; weights: Piece } | undefined },
): void {
  const { from, to, diagonal } = wiring
  const row = 4 * paddedSize(to.width)
  // Lists of those numbers that are not 0, and where they end.
  const lists = 4 * from.count * a.steps + 8 * Math.ceil(mostNumbers * a.steps * a.size) + 16
  const listed = !diagonal && lists <= mostListBytes
  const grid = a.steps === out.steps ? tables.grid(wiring) : 0
  const tiled = grid === 0 ? 0 : 16 * tilesAtOnce * (4 * from.width + row)
  const perThread = Math.max(out.steps * row + (listed ? lists : 0), some ? 4 * to.width + 16 : 0, tiled)
  const matrices = grid === 0 ? undefined : winogradWeights(machine, weights, from.width, row, grid)
  const args = [
    ...[a.address, weights.address, out.address, ...sizes(a, out), from.width, to.width, row],
    ...[...entriesOf(tables.pairs(wiring)), to.count],
    ...[bias?.address ?? 0, bias?.size ?? 0, accumulate, diagonal ? 1 : 0, back],
    ...[machine.scratch(machine.threads * perThread, 'rows of a site'), perThread],
    ...(some ? [some.activeMask.address, some.weights.address] : [0, 0]),
    ...[listed ? 1 : 0, grid, matrices?.address ?? 0],
  ]
  const { reads, shared: given, ...touched } = access(a, weights, out, bias)
  const shared = matrices ? [...given, matrices] : given
  const also = some ? { reads: [...reads, some.activeMask], shared: [...shared, some.weights] } : { reads, shared }
  machine.enqueue(machine.fixed('wiredReals'), a.batch, args, { ...touched, ...also })
}

/** A gradient is the sum of so many parts, each of some samples: enough for all threads, and the same whatever their number. */
const mostParts = 8
/** Bytes that all parts may take. */
const partBytes = 64 << 20

function gradient(
  machine: Machine,
  tables: Tables,
  a: Block,
  delta: Block,
  out: Block,
  wiring: Wiring,
  accumulate = false,
): void {
  const { from, to, diagonal } = wiring
  const [rows, row, flag] = [out.steps, 4 * paddedSize(out.size), diagonal ? 1 : 0]
  const count = Math.max(Math.min(mostParts, a.batch), 0)
  const parts = Math.min(count, Math.max(1, Math.floor(partBytes / (rows * row))))
  const found = scratchOf(machine, parts * rows * row, 'parts of a gradient')
  const first = [a.address, found.address, delta.address, ...sizes(a, delta)]
  const written = { reads: [a, delta], writes: [found] }
  if (a.kind === 'spikes') {
    // Steps are summed in registers by whole vectors.
    const width = diagonal || wiring.lag || to.width % 4 !== 0 ? 0 : to.width
    const perThread = width === 0 ? 0 : 128 + 128 * panelsOf(a.size)
    const args = [
      ...[...first, from.width, row, rows, ...byInput(tables, wiring, delta), flag, a.batch, parts],
      ...[...(width === 0 ? [0, 0] : entriesOf(tables.pairs(wiring))), to.count, width],
      ...[machine.scratch(machine.threads * perThread, 'steps of inputs'), perThread],
    ]
    machine.enqueue(machine.fixed('wiredGradient'), parts, args, written)
  } else {
    const perThread = delta.steps * row
    const args = [
      ...[...first, from.width, to.width, row, rows, ...entriesOf(tables.pairs(wiring)), to.count, flag],
      ...[a.batch, parts, machine.scratch(machine.threads * perThread, 'rows of a site'), perThread],
    ]
    machine.enqueue(machine.fixed('wiredRealsGradient'), parts, args, written)
  }
  const sum = [found.address, parts, out.address, rows, out.size, accumulate ? 1 : 0]
  machine.enqueue(machine.fixed('sumParts'), panelsOf(rows), sum, { reads: [found], writes: [out] })
}
