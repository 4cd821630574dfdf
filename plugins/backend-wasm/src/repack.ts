import { type Block, bytesOf } from './layout.ts'
import type { Machine } from './machine.ts'

/** Copies between a block and rows in the public order, [T, B, N], in scratch memory at `rows`. */
export function repack(machine: Machine, direction: 'pack' | 'unpack', rows: number, block: Block): void {
  const { address, steps, batch, size, kind } = block
  const piece = { address: rows, bytes: 4 * steps * batch * size }
  const [from, to] = direction === 'pack' ? [piece, block] : [block, piece]
  const id = machine.fixed(kind === 'spikes' ? `${direction}Spikes` : direction)
  machine.enqueue(id, batch, [rows, address, steps, batch, size], { samples: batch, reads: [from], writes: [to] })
}

/** How the rows of a block are cut up. */
export type Rows = Pick<Block, 'steps' | 'batch'>

/** All leading dimensions as rows of one matrix. */
export const matrix = ({ steps, batch }: Rows): Rows => ({ steps: steps * batch, batch: 1 })

/** The block itself where its rows are cut up so, else a copy as real numbers that has them so: [T * B, N] as [T, B, N], or the other way. */
export function relaid(machine: Machine, block: Block, rows: Rows): Block {
  return block.steps === rows.steps && block.batch === rows.batch ? block : asNumbers(machine, block, rows)
}

/** A copy as real numbers, its rows cut up so. */
export function asNumbers(machine: Machine, block: Block, { steps, batch }: Rows = block): Block {
  const { size } = block
  const shape = [steps, batch, size]
  const bytes = bytesOf(shape, 'real')
  const address = machine.scratch(bytes, 'rows in another order')
  const target: Block = { shape, kind: 'real', bytes, address, steps, batch, size }
  relay(machine, block, target)
  return target
}

/** Copies the values of a block to one whose rows may be cut up otherwise. */
export function relay(machine: Machine, from: Block, to: Block): void {
  const rows = machine.scratch(4 * from.steps * from.batch * from.size, 'rows')
  repack(machine, 'unpack', rows, from)
  repack(machine, 'pack', rows, to)
}
