import type { Program, ScanBindings, Tensor } from '@hillock/core'
import type { Block } from './layout.ts'
import type { Machine } from './machine.ts'
import type { Operand, Operands } from './operands.ts'
import type { Remembered } from './remembered.ts'
import { asNumbers } from './repack.ts'

type OverTime = Pick<ScanBindings, 'steps' | 'inputs' | 'setup' | 'schedule'>

/** Binds what scans of both directions read besides states, by 'op name' of the leaf. */
export function bindLeaves(
  machine: Machine,
  operands: Operands,
  remembered: Remembered,
  b: OverTime,
  program: Program,
): Map<string, Operand> {
  const read = new Map<string, Operand>()
  const wanted = remembered.once(program, 'leaves', () => new Set(program.nodes.map(({ op, name }) => `${op} ${name}`)))
  const bind = (role: string, make: () => Operand) => {
    if (wanted.has(role)) read.set(role, make())
  }
  for (const [name, tensor] of Object.entries(b.inputs)) {
    bind(`input ${name}`, () => {
      const place = inTime(tensor, b.steps)
      if (tensor.kind === 'real') return operands.block(`input ${name}`, tensor, place)
      if (place === 'moving') return operands.block(`input ${name}`, tensor, 'bits')
      return operands.block(`input ${name}`, asNumbers(machine, tensor as Block), place)
    })
  }
  for (const [name, value] of Object.entries(b.setup)) {
    bind(`setup ${name}`, () =>
      typeof value === 'number'
        ? operands.number(`setup ${name}`, value)
        : operands.block(`setup ${name}`, value, 'neuron'),
    )
  }
  for (const [name, tensor] of Object.entries(b.schedule)) {
    bind(`schedule ${name}`, () =>
      operands.block(`schedule ${name}`, tensor, tensor.shape.length === 1 ? 'clock' : 'timetable'),
    )
  }
  return read
}

/** Whether a tensor changes with time, [T, B, N], or stays, [1, B, N]. */
export const inTime = (tensor: Tensor, steps: number): 'moving' | 'still' =>
  tensor.shape[0] === 1 && steps !== 1 ? 'still' : 'moving'
