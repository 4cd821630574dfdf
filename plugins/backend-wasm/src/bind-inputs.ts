import { boundLeaves, placeOf, type ScanBindings } from '@hillock/core/backend'
import type { Tensor } from '@hillock/core/learner'
import type { KernelCache } from './kernel-cache.ts'
import type { Block } from './layout.ts'
import type { Machine } from './machine.ts'
import type { Operand, Operands } from './operands.ts'
import type { Drawn } from './random.ts'
import { asNumbers } from './repack.ts'

type OverTime = Pick<ScanBindings, 'steps' | 'inputs' | 'setup' | 'timeVarying'>

/** Binds what scans of both directions read besides states, by 'op name' of the leaf. */
export function bindInputs(
  machine: Machine,
  operands: Operands,
  cache: KernelCache,
  b: OverTime,
  { program, arrays }: Drawn,
): Map<string, Operand> {
  const read = new Map<string, Operand>()
  const wanted = cache.once(program, 'leaves', () => new Set(program.nodes.map(({ op, name }) => `${op} ${name}`)))
  const bind = (role: string, make: () => Operand) => {
    if (wanted.has(role)) read.set(role, make())
  }
  for (const { op, name, value, place } of boundLeaves(b)) {
    const leaf = `${op} ${name}`
    // Spikes that stay are read as numbers.
    const block = (tensor: Tensor) =>
      place === 'still' && tensor.kind === 'spikes' ? asNumbers(machine, tensor as Block) : tensor
    bind(leaf, () => operands.value(leaf, typeof value === 'number' ? value : block(value), place))
  }
  for (const [leaf, tensor] of Object.entries(arrays))
    bind(leaf, () => operands.value(leaf, tensor, placeOf(tensor, b.steps)))
  return read
}
