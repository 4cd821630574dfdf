import { type Block, panelsOf } from './layout.ts'
import type { Machine } from './machine.ts'
import { writeBits } from './random.ts'
import { matrix, relaid, relay } from './repack.ts'

/** out = the sum of a over those of its leading dimensions that out has not. */
export function sum(machine: Machine, a: Block, out: Block): void {
  const { length } = out.shape
  if (length > 0) writeBits(machine, a)
  if (length === 0) sumAll(machine, a, out)
  else if (length === a.shape.length) relay(machine, a, out)
  else if (length === 1) enqueue(machine, 'sumRows', a, out, panelsOf(a.size))
  else sumLeading(machine, a, out)
}

/** What is summed counts as time, what is kept as samples. */
function sumLeading(machine: Machine, a: Block, out: Block): void {
  const { steps: batch } = matrix(out)
  const from = relaid(machine, a, { steps: batch === 0 ? 0 : matrix(a).steps / batch, batch })
  const to = relaid(machine, out, matrix(out))
  enqueue(machine, 'sumTime', from, to, batch * panelsOf(a.size), batch)
  if (to !== out) relay(machine, to, out)
}

function enqueue(
  machine: Machine,
  kernel: 'sumRows' | 'sumTime',
  a: Block,
  out: Block,
  units: number,
  samples?: number,
): void {
  const { address, steps, batch, size, kind } = a
  const args = [address, out.address, steps, batch, size, kind === 'spikes' ? 1 : 0]
  machine.enqueue(machine.fixed(kernel), units, args, { ...(samples && { samples }), reads: [a], writes: [out] })
}

function sumAll(machine: Machine, a: Block, out: Block): void {
  const { address, steps, batch, size, kind, drawn } = a
  const bytes = 8 * batch
  const sums = { address: machine.scratch(bytes, 'sums of samples'), bytes }
  const lists = drawn ? [drawn.ends, drawn.flags] : [0, 0]
  const args = [address, sums.address, steps, size, kind === 'spikes' ? 1 : 0, ...lists]
  machine.enqueue(machine.fixed('sumSamples'), batch, args, { samples: batch, reads: [a], writes: [sums] })
  machine.enqueue(machine.fixed('sumAll'), 1, [sums.address, out.address, batch], { reads: [sums], writes: [out] })
}
