import type { MatmulOptions } from '@hillock/core/backend'
import type { Access, Piece } from './command-queue.ts'
import { type Block, bytesOf, lastWidth, paddedSize, panelsOf } from './layout.ts'
import type { Machine } from './machine.ts'
import { drawnArguments, writeBits } from './random.ts'
import { matrix, relaid, relay } from './repack.ts'

/** Memory that a thread may fill with lists of events; it decides how many samples are listed at once. */
const listBytes = 4 << 20

/** out = a b: events where `a` holds spikes, else blocks of products. */
export function matmul(machine: Machine, a: Block, b: Block, out: Block, options: MatmulOptions): void {
  const { bias, activeMask, transposeA } = options as { bias?: Block; activeMask?: Block; transposeA?: boolean }
  const accumulate = options.accumulate ? 1 : 0
  const weights = options.transposeB || !transposeA ? relaid(machine, b, matrix(b)) : b
  const right = options.transposeB ? transposed(machine, weights) : weights
  const target = relaid(machine, out, transposeA ? matrix(out) : a)
  if (transposeA) {
    const rows = relaid(machine, right, a)
    if (a.kind === 'spikes') scatter(machine, a, rows, target, accumulate)
    else gemmTransposed(machine, a, rows, target, accumulate)
  } else {
    const done = activeMask && options.transposeB ? masked(machine, a, weights, target, activeMask, bias) : undefined
    // Where there is nothing to multiply, lists of events are empty too.
    if (a.kind === 'spikes' || a.size === 0) gather(machine, a, right, target, bias, accumulate)
    else gemm(machine, a, right, target, bias, accumulate, done)
  }
  if (target !== out) relay(machine, target, out)
}

/** A copy of a matrix, transposed. */
export function transposed(machine: Machine, block: Block): Block {
  const { address, steps, size } = block
  const shape = [size, steps]
  const bytes = bytesOf(shape, 'real')
  const target = machine.scratch(bytes, 'transposed weights')
  const result: Block = { shape, kind: 'real', bytes, address: target, steps: size, batch: 1, size: steps }
  const args = [address, target, steps, size]
  machine.enqueue(machine.fixed('transpose'), panelsOf(steps), args, { reads: [block], writes: [result] })
  return result
}

/**
 * Up to these shares of active inputs rows are added event by event; above, tables of partial sums are faster. A gradient's row costs a
 * load and a store for each event, so that they are worth it sooner.
 */
const dense = { gather: 0.2, scatter: 0.16 }
const tableBytes = 32768
const samplesAtOnce = 8

/** How a kernel lists events: scratch memory, bytes of it for each thread, samples at once, and the most events of one that are listed. */
function listing(machine: Machine, { steps, size, batch }: Block, kernel: keyof typeof dense): number[] {
  const most = Math.floor(dense[kernel] * steps * size)
  const masks = kernel === 'scatter' ? 8 * 32 * panelsOf(size) * Math.ceil(steps / 64) : 0
  const perSample = 4 * (most + steps) + masks
  const samples = Math.max(1, Math.min(samplesAtOnce, batch, Math.floor(listBytes / perSample)))
  const perThread = tableBytes + 256 + samples * perSample
  return [machine.scratch(machine.threads * perThread, 'lists of events'), perThread, samples, most]
}

/** What a product of rows touches: its samples are those of the rows, unless they are rows of one step, which are taken many at once. */
function rowwise(a: Block, b: Block, out: Block, bias: Block | undefined, done?: Piece): Access {
  const access = { reads: done ? [a, done] : [a], shared: bias ? [b, bias] : [b], writes: [out] }
  return a.kind === 'real' && a.steps === 1 ? access : { ...access, samples: a.batch }
}

const drawnLists = ({ drawn }: Block): number[] => (drawn ? drawnArguments(drawn) : [0, 0, 0, 0])

function gather(machine: Machine, a: Block, b: Block, out: Block, bias: Block | undefined, accumulate: number): void {
  const args = [
    a.address,
    b.address,
    bias?.address ?? 0,
    out.address,
    a.steps,
    a.size,
    out.size,
    accumulate,
    ...listing(machine, a, 'gather'),
    ...drawnLists(a),
  ]
  machine.enqueue(machine.fixed('gather'), a.batch, args, rowwise(a, b, out, bias))
}

function scatter(machine: Machine, a: Block, b: Block, out: Block, accumulate: number): void {
  const args = [
    a.address,
    b.address,
    out.address,
    a.steps,
    a.batch,
    a.size,
    out.size,
    accumulate,
    ...listing(machine, a, 'scatter'),
    ...drawnLists(a),
  ]
  machine.enqueue(machine.fixed('scatter'), panelsOf(out.size), args, { reads: [a, b], writes: [out] })
}

/**
 * Rows of a tensor for products: how many in how many pieces, and the bytes from piece to piece, from row to row of a full and of the
 * last panel, and from panel to panel. With one time step the samples are the rows.
 */
function rowsOf({ steps, batch, size }: Block): {
  rows: number
  outers: number
  strides: [number, number, number, number]
} {
  const width = 4 * paddedSize(size)
  if (steps === 1) return { rows: batch, outers: 1, strides: [0, width, width, 128] }
  return { rows: steps, outers: batch, strides: [steps * width, 128, 4 * lastWidth(size), steps * 128] }
}

function gemm(
  machine: Machine,
  a: Block,
  b: Block,
  out: Block,
  bias: Block | undefined,
  accumulate: number,
  done: Piece | undefined,
): void {
  const { rows, outers, strides } = rowsOf(a)
  const args = [
    a.address,
    b.address,
    bias?.address ?? 0,
    out.address,
    rows,
    a.size,
    out.size,
    accumulate,
    ...strides,
    ...rowsOf(out).strides,
    done?.address ?? 0,
    inputLists(machine, a.size),
  ]
  machine.enqueue(machine.fixed('gemm'), outers * Math.ceil(rows / 32), args, rowwise(a, b, out, bias, done))
}

function gemmTransposed(machine: Machine, a: Block, b: Block, out: Block, accumulate: number): void {
  const { rows, outers, strides } = rowsOf(a)
  const sizes = [rows, outers, a.size, b.size, accumulate]
  const args = [a.address, b.address, out.address, ...sizes, ...strides, ...rowsOf(b).strides]
  const access = { reads: [a, b], writes: [out] }
  const units = panelsOf(a.size)
  if (a.steps > 1) machine.enqueue(machine.fixed('gemmTransposed'), units, args, access)
  else machine.enqueue(machine.fixed('sparseTransposed'), units, [...args, inputLists(machine, rows)], access)
}

/** Scratch in which each thread lists those of so many inputs, or of the rows of one, that are not 0. */
const inputLists = (machine: Machine, most: number): number =>
  machine.scratch(machine.threads * 8 * (most + 1), 'lists of inputs')

/** Inner products shorter than this, or samples of one step, are not worth picking out. */
const worthPicking = 64

/** Computes what is needed of a b^T for the samples that need little; gives their flags, where any are picked out. */
function masked(
  machine: Machine,
  a: Block,
  b: Block,
  out: Block,
  activeMask: Block,
  bias: Block | undefined,
): Piece | undefined {
  const { steps, batch, size } = out
  if (a.kind === 'spikes' || steps === 1 || a.size < worthPicking || size < worthPicking) return undefined
  if (activeMask.steps !== steps || activeMask.batch !== batch) return undefined
  writeBits(machine, activeMask)
  const scratchOf = (bytes: number, what: string): Piece => ({ address: machine.scratch(bytes, what), bytes })
  const weights = scratchOf(4 * size * paddedSize(a.size), 'rows of weights')
  const flags = scratchOf(batch, 'flags of samples')
  const perThread = 4 * (size + 4 + 32 * panelsOf(a.size))
  const scratch = machine.scratch(machine.threads * perThread, 'lists of needed neurons')
  const cut = [b.address, weights.address, size, a.size]
  machine.enqueue(machine.fixed('rows'), panelsOf(size), cut, { reads: [b], writes: [weights] })
  const addresses = [a.address, weights.address, activeMask.address, out.address]
  const args = [...addresses, steps, a.size, size, bias?.address ?? 0, flags.address, scratch, perThread]
  const shared = bias ? [weights, bias] : [weights]
  machine.enqueue(machine.fixed('masked'), batch, args, {
    samples: batch,
    reads: [a, activeMask],
    shared,
    writes: [out, flags],
  })
  return flags
}
