import type { LargestAdjoint } from '@hillock/core/backend'
import type { Wiring } from '@hillock/core/connections'
import type { Block } from './layout.ts'
import type { Machine } from './machine.ts'
import { forgetLists, writeBits } from './random.ts'
import type { Tables } from './wiring-tables.ts'

/** out = the largest of the sites that reach a site, or the adjoint of that. */
export function largest(
  machine: Machine,
  tables: Tables,
  a: Block,
  wiring: Wiring,
  out: Block,
  adjoint: LargestAdjoint | undefined,
): void {
  writeBits(machine, a)
  if (adjoint) {
    writeBits(machine, out)
    enqueue(machine, tables, 'largestAdjoint', wiring, [a, out, adjoint.signal as Block], adjoint.into as Block)
  } else {
    forgetLists(machine, out)
    enqueue(machine, tables, 'largest', wiring, [a], out)
  }
}

function enqueue(
  machine: Machine,
  tables: Tables,
  kernel: 'largest' | 'largestAdjoint',
  wiring: Wiring,
  reads: readonly [a: Block, ...others: Block[]],
  written: Block,
): void {
  const [a] = reads
  const { start, entries } = tables.pairs(wiring)
  const { from, to } = wiring
  const args = [
    ...[...reads, written].map(({ address }) => address),
    ...[a.steps, from.count * from.width, to.count * to.width, to.width, start, entries, to.count],
    a.kind === 'spikes' ? 1 : 0,
  ]
  machine.enqueue(machine.fixed(kernel), a.batch, args, { samples: a.batch, reads, writes: [written] })
}
