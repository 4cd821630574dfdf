import type { MatmulOptions } from '@hillock/core'
import { type Block, bytesOf, lastWidth, paddedSize, panelsOf } from './layout.ts'
import type { Machine } from './machine.ts'
import { writeBits } from './random.ts'

/** Memory that a thread may fill with lists of events; it decides how many samples are listed at once. */
const listBytes = 4 << 20

/** out = a b: events where `a` holds spikes, else blocks of products. */
export function matmul(machine: Machine, a: Block, b: Block, out: Block, options: MatmulOptions): void {
  const bias = options.bias as Block | undefined
  const accumulate = options.accumulate ? 1 : 0
  const right = options.transposeB ? transposed(machine, b) : b
  if (options.transposeA) {
    const rows = sameRows(right, a) ? right : relaid(machine, right, a)
    if (a.kind === 'spikes') scatter(machine, a, rows, out, accumulate)
    else gemmTransposed(machine, a, rows, out, accumulate)
    return
  }
  const target = sameRows(out, a) ? out : relaid(machine, out, a)
  const done = options.needed && options.transposeB ? masked(machine, a, b, target, options) : 0
  if (a.kind === 'spikes') gather(machine, a, right, target, bias?.address ?? 0, accumulate)
  else gemm(machine, a, right, target, bias?.address ?? 0, accumulate, done)
  if (target !== out) relay(machine, target, out)
}

const sameRows = (a: Block, b: Block): boolean => a.steps === b.steps && a.batch === b.batch

/** A copy with the rows cut up as in `like`: [T * B, N] as [T, B, N], or the other way. */
function relaid(machine: Machine, block: Block, { steps, batch }: Block): Block {
  const shape = [steps, batch, block.size]
  const bytes = bytesOf(shape, 'real')
  const address = machine.scratch(bytes, 'rows in another order')
  const target: Block = { shape, kind: 'real', bytes, address, steps, batch, size: block.size }
  relay(machine, block, target)
  return target
}

function relay(machine: Machine, from: Block, to: Block): void {
  const rows = machine.scratch(4 * from.steps * from.batch * from.size, 'rows')
  machine.enqueue(machine.fixed('unpack'), from.batch, [rows, from.address, from.steps, from.batch, from.size])
  machine.enqueue(machine.fixed('pack'), to.batch, [rows, to.address, to.steps, to.batch, to.size])
}

function transposed(machine: Machine, { address, steps, size }: Block): Block {
  const shape = [size, steps]
  const bytes = bytesOf(shape, 'real')
  const target = machine.scratch(bytes, 'transposed weights')
  machine.enqueue(machine.fixed('transpose'), panelsOf(steps), [address, target, steps, size])
  return { shape, kind: 'real', bytes, address: target, steps: size, batch: 1, size: steps }
}

/** Scratch for lists of events: its address, bytes for each thread, samples at once. */
function lists(machine: Machine, { steps, size, batch }: Block): [number, number, number] {
  const perSample = 4 * steps * (32 * panelsOf(size) + 1)
  const samples = Math.max(1, Math.min(8, batch, Math.floor(listBytes / perSample)))
  const perThread = 32768 + 256 + samples * perSample
  return [machine.scratch(machine.threads * perThread, 'lists of events'), perThread, samples]
}

const drawnLists = ({ drawn }: Block): number[] => (drawn ? [drawn.lists, drawn.counts, drawn.flags] : [0, 0, 0])

function gather(machine: Machine, a: Block, b: Block, out: Block, bias: number, accumulate: number): void {
  const args = [
    a.address,
    b.address,
    bias,
    out.address,
    a.steps,
    a.size,
    out.size,
    accumulate,
    ...lists(machine, a),
    ...drawnLists(a),
  ]
  machine.enqueue(machine.fixed('gather'), a.batch, args)
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
    ...lists(machine, a),
    ...drawnLists(a),
  ]
  machine.enqueue(machine.fixed('scatter'), panelsOf(out.size), args)
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

function gemm(machine: Machine, a: Block, b: Block, out: Block, bias: number, accumulate: number, done: number): void {
  const { rows, outers, strides } = rowsOf(a)
  const args = [
    a.address,
    b.address,
    bias,
    out.address,
    rows,
    a.size,
    out.size,
    accumulate,
    ...strides,
    ...rowsOf(out).strides,
    done,
    inputLists(machine, a),
  ]
  machine.enqueue(machine.fixed('gemm'), outers * Math.ceil(rows / 32), args)
}

function gemmTransposed(machine: Machine, a: Block, b: Block, out: Block, accumulate: number): void {
  const { rows, outers, strides } = rowsOf(a)
  const sizes = [rows, outers, a.size, b.size, accumulate]
  const args = [a.address, b.address, out.address, ...sizes, ...strides, ...rowsOf(b).strides]
  if (a.steps > 1) machine.enqueue(machine.fixed('gemmTransposed'), panelsOf(a.size) * panelsOf(b.size), args)
  else machine.enqueue(machine.fixed('sparseTransposed'), panelsOf(b.size), [...args, inputLists(machine, a)])
}

/** Scratch in which each thread lists a row's inputs that are not 0. */
const inputLists = (machine: Machine, { size }: Block): number =>
  machine.scratch(machine.threads * 8 * (size + 1), 'lists of inputs')

/** Inner products shorter than this, or samples of one step, are not worth picking out. */
const worthPicking = 64

/** Computes what is needed of a b^T for the samples that need little; gives the address of their flags, 0 where none is picked out. */
function masked(machine: Machine, a: Block, b: Block, out: Block, options: MatmulOptions): number {
  const { steps, batch, size } = out
  if (a.kind === 'spikes' || steps === 1 || a.size < worthPicking || size < worthPicking) return 0
  const [needed, bias] = [options.needed as Block, options.bias as Block | undefined]
  writeBits(machine, needed)
  const weights = machine.scratch(4 * size * paddedSize(a.size), 'rows of weights')
  const flags = machine.scratch(batch, 'flags of samples')
  const perThread = 4 * (size + 4 + 32 * panelsOf(a.size))
  const scratch = machine.scratch(machine.threads * perThread, 'lists of needed neurons')
  machine.enqueue(machine.fixed('rows'), panelsOf(size), [b.address, weights, size, a.size])
  const addresses = [a.address, weights, needed.address, out.address]
  const args = [...addresses, steps, a.size, size, bias?.address ?? 0, flags, scratch, perThread]
  machine.enqueue(machine.fixed('masked'), batch, args)
  return flags
}
