import type { Block } from './layout.ts'
import type { Machine } from './machine.ts'

/** Copies between a block and rows in the public order, [T, B, N], in scratch memory at `rows`. */
export function repack(machine: Machine, direction: 'pack' | 'unpack', rows: number, block: Block): void {
  const { address, steps, batch, size, kind } = block
  const piece = { address: rows, bytes: 4 * steps * batch * size }
  const [from, to] = direction === 'pack' ? [piece, block] : [block, piece]
  const id = machine.fixed(kind === 'spikes' ? `${direction}Spikes` : direction)
  machine.enqueue(id, batch, [rows, address, steps, batch, size], { samples: batch, reads: [from], writes: [to] })
}
