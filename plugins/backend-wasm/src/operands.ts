import type { Place as CorePlace } from '@hillock/core/backend'
import type { Tensor } from '@hillock/core/learner'
import { type Code, i32, v128 } from './assembler.ts'
import type { Argument } from './command.ts'
import type { Access } from './command-queue.ts'
import { type Block, paddedSize, panelsOf } from './layout.ts'

/** How an argument of a kernel lies, and so how it is read for a panel of one sample; `filled`: 32 equal numbers in memory. */
export type Place = CorePlace | 'filled'

/** One argument of a kernel: its place among the arguments, and how it is read. */
export interface Operand {
  readonly slot: number
  readonly place: Place
}

/** Collects the arguments of one call and the layout that a compiled kernel is remembered by. */
export interface Operands {
  readonly values: Argument[]
  readonly layout: string[]
  value(role: string, value: number | Tensor, place: Place): Operand
  /** A block that is written. */
  output(role: string, block: Tensor, place: Place): Operand
  /** An argument as it is: a count, or an address. */
  plain(value: number): number
  /** What the call touches, its units being shares of so many samples. */
  access(samples?: number): Access
}

export function createOperands(): Operands {
  const values: Argument[] = []
  const layout: string[] = []
  // Blocks that are read sample by sample, read whole, and written.
  const [reads, shared, writes]: [Block[], Block[], Block[]] = [[], [], []]
  const add = (role: string, value: Argument, place: Place): Operand => {
    values.push(value)
    layout.push(`${role} ${place}`)
    return { slot: values.length - 1, place }
  }
  return {
    values,
    layout,
    value(role, block, place) {
      if (typeof block === 'number') return add(role, { f32: block }, 'number')
      const own = place === 'row' || place === 'still' || place === 'moving' || place === 'bits'
      ;(own ? reads : shared).push(block as Block)
      return add(role, (block as Block).address, place)
    },
    output(role, block, place) {
      writes.push(block as Block)
      return add(role, (block as Block).address, place)
    },
    plain(value) {
      values.push(value)
      return values.length - 1
    },
    access: (samples) => ({ ...(samples && { samples }), reads, shared, writes }),
  }
}

/** The parameters of every kernel function, and the arguments that come first. */
export const parameter = { args: 0, from: 1, to: 2, thread: 3 } as const
export const slot = { steps: 0, batch: 1 } as const

/** An operand in a kernel: a pointer that moves with time, or a vector that stays. */
export interface Reader {
  /** Before a panel's loop over time, for the vectors from byte `chunk` of each row on; or at one `time` step (locals). */
  open(chunk: number, time?: number): void
  /** Pushes vector `j`. */
  push(j: number): void
  /** Stores the vector on the stack as vector `j`. */
  store(j: number, value: () => void): void
  /** The pointer, for those that move. */
  readonly pointer: number
  /** Bytes from one time step to the next; 0 for what stays. */
  readonly stride: number
}

/** How far along the panel's loop goes: from the first step on, or from the last one back. */
export type Direction = 'forward' | 'backward'

/** Code that reads and writes operands of a layer of `size` neurons, in a panel of `width`. `at` holds locals: sample, panel. */
export function createReader(
  code: Code,
  operand: Operand,
  size: number,
  width: number,
  at: { readonly sample: number; readonly panel: number; readonly offset?: number },
  direction: Direction = 'forward',
): Reader {
  const { place } = operand
  const pointer = code.local(place === 'number' ? v128 : i32)
  const row = 4 * width
  const stride = { number: 0, neuron: 0, row: 0, still: 0, filled: 0, moving: row, timetable: row, clock: 4, bits: 4 }[
    place
  ]
  const argument = (index: number) => code.get(parameter.args).load('i32', 4 * index)
  /** Adds `local * bytes` to the address on the stack. */
  const plus = (local: number, bytes: number) => code.get(local).i32(bytes).do('i32.mul', 'i32.add')
  /** Adds `local * argument * bytes`. */
  const plusTimes = (local: number, index: number, bytes: number) => {
    code.get(local)
    argument(index)
    code.do('i32.mul').i32(bytes).do('i32.mul', 'i32.add')
  }
  return {
    pointer,
    stride,
    open(chunk, time) {
      if (place === 'number') {
        code
          .get(parameter.args)
          .load('splat', 4 * operand.slot)
          .set(pointer)
        return
      }
      argument(operand.slot)
      if (place === 'moving' && time !== undefined && at.offset !== undefined) {
        code.get(at.offset).do('i32.add').set(pointer)
        return
      }
      if (place === 'neuron') plus(at.panel, 128)
      if (place === 'still') {
        plus(at.sample, 4 * paddedSize(size))
        plus(at.panel, 128)
      }
      if (place === 'row') {
        plusTimes(at.panel, slot.batch, 128)
        plus(at.sample, row)
      }
      if (place === 'moving') {
        plusTimes(at.sample, slot.steps, 4 * paddedSize(size))
        plusTimes(at.panel, slot.steps, 128)
      }
      if (place === 'timetable') plusTimes(at.panel, slot.steps, 128)
      if (place === 'bits') {
        plusTimes(at.sample, slot.steps, 4 * panelsOf(size))
        plusTimes(at.panel, slot.steps, 4)
      }
      if (place !== 'clock' && place !== 'bits') code.get(chunk).do('i32.add')
      if (time !== undefined) plus(time, stride)
      else if (direction === 'backward' && stride > 0) {
        argument(slot.steps)
        code.i32(1).do('i32.sub').i32(stride).do('i32.mul', 'i32.add')
      }
      code.set(pointer)
    },
    push(j) {
      code.get(pointer)
      if (place === 'clock') code.load('splat')
      else if (place !== 'number') code.load('v128', 16 * j)
    },
    store(j, value) {
      code.get(pointer)
      value()
      code.store('v128', 16 * j)
    },
  }
}

/** How many vectors are carried through time at once: few enough to stay in registers, and a divisor of the panel's. */
export function vectorsAtOnce(width: number, carried: number, nodes: number): number {
  const vectors = width / 4
  const most = Math.max(1, Math.floor(8 / Math.max(1, carried)))
  const short = Math.max(1, Math.floor(256 / Math.max(1, nodes)))
  for (let n = Math.min(vectors, most, short); n > 1; n--) if (vectors % n === 0) return n
  return 1
}
