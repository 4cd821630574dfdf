import { elementary, type Phase, type Program, splitPhases } from '@hillock/core'
import { type Code, i32 } from './assembler.ts'
import { createVariables, emitProgram, type Surroundings } from './expressions.ts'
import { lastNeurons, paddedSize, panelsOf } from './layout.ts'
import type { Machine } from './machine.ts'
import { type Operand, type Operands, parameter, type Reader, vectorsAtOnce } from './operands.ts'
import { emitChunks, emitTime, emitUnits, type Position } from './panels.ts'
import type { Remembered } from './remembered.ts'

// Scans of programs with operations that see the whole layer. A unit is a sample: its states stand in rows of the layer, [N], in memory of
// the thread's own; each time step runs phase by phase, and between phases fixed kernels see whole rows.

/** A program in phases, and the rows that it needs. */
export interface Layered {
  readonly phases: readonly Phase[]
  /** The row of a value that is carried from step to step. */
  readonly rowOf: (name: string) => number
  /** Bytes of a thread's rows, and the argument that says where those of the first thread are. */
  readonly bytes: number
  readonly scratch: number
}

/** Splits a program (with exp and its kin), gives a row to each name that is carried, and takes the memory. */
export function layered(
  machine: Machine,
  remembered: Remembered,
  operands: Operands,
  program: Program,
  carried: readonly string[],
  size: number,
): Layered {
  const { phases, rows } = remembered.once(program, 'phases', () => splitPhases(elementary(program)))
  const bytes = 4 * paddedSize(size) * (rows + carried.length)
  const scratch = operands.plain(machine.scratch(machine.threads * bytes, 'rows of a layer'))
  return { phases, rowOf: (name) => rows + carried.indexOf(name), bytes, scratch }
}

/** Access to rows from within a panel. */
export interface Rows {
  push(row: number, j: number): void
  store(row: number, j: number, value: () => void): void
}

/** What is emitted around the phases: each is called once for full panels and once for a last one that is not full. */
export interface LayeredBody {
  /** Before the first step. */
  begin(panel: Panel): void
  /** At the start of a step, where no panel is at hand. */
  step?(visit: (body: (panel: Panel) => void) => void, at: Position): void
  /** Opens what a phase reads and writes at this step. */
  open(panel: Panel, program: Program): Opened
  /** After the last step. */
  end?(panel: Panel): void
}

/** How a phase meets memory at vector `j`; `done` follows the last vector. */
export interface Opened {
  vector(j: number): Surroundings
  done?(): void
}

/** A panel at hand. */
export interface Panel {
  readonly neurons: number
  /** The neurons, and the lanes that fill the last vector. */
  readonly width: number
  /** Vectors of a chunk. */
  readonly vectors: number
  readonly at: Position
  readonly rows: Rows
}

export function emitLayered(
  code: Code,
  size: number,
  direction: 'forward' | 'backward',
  { phases, bytes, scratch }: Layered,
  body: LayeredBody,
): void {
  const [base, pointer] = [code.local(i32), code.local(i32)]
  const rowBytes = 4 * paddedSize(size)
  const [count, last] = [panelsOf(size), lastNeurons(size)]
  const rows: Rows = {
    push: (row, j) => code.get(pointer).load('v128', row * rowBytes + 16 * j),
    store(row, j, value) {
      code.get(pointer)
      value()
      code.store('v128', row * rowBytes + 16 * j)
    },
  }
  emitUnits(code, (at) => {
    code.get(parameter.args).load('i32', 4 * scratch)
    code.get(parameter.thread).i32(bytes).do('i32.mul', 'i32.add').set(base)
    code.get(at.unit).set(at.sample)

    /** All panels of the sample, chunk by chunk. */
    function visit(make: (panel: Panel) => void, nodes = 0): void {
      const panels = (neurons: number) => {
        const width = paddedSize(neurons)
        const vectors = vectorsAtOnce(width, 0, nodes)
        emitChunks(code, width, vectors, at, () => {
          code.get(base).get(at.panel).i32(128).do('i32.mul', 'i32.add').get(at.chunk).do('i32.add').set(pointer)
          make({ neurons, width, vectors, at, rows })
        })
      }
      const full = last === 32 ? count : count - 1
      code.i32(0).set(at.panel)
      if (full > 0) {
        code.do('loop')
        panels(32)
        code.get(at.panel).i32(1).do('i32.add').set(at.panel)
        code.get(at.panel).i32(full).do('i32.lt_s').branchIf(0).do('end')
      }
      if (full < count) panels(last)
    }

    visit((panel) => body.begin(panel))
    emitTime(code, direction, at, () => {
      body.step?.(visit, at)
      for (const { calls, program, rows: stored } of phases) {
        for (const { op, args, result } of calls) {
          for (const row of [...args, result])
            code
              .get(base)
              .i32(row * rowBytes)
              .do('i32.add')
          code.i32(size)
          if (op === 'total') code.i32(0)
          code.call(op)
        }
        const variables = createVariables(code, program)
        visit((panel) => {
          const { vector, done } = body.open(panel, program)
          for (let j = 0; j < panel.vectors; j++)
            emitProgram(code, program, variables, withRows(vector(j), panel.rows, j), stored)
          done?.()
        }, program.nodes.length)
      }
    })
    if (body.end) visit((panel) => body.end!(panel))
  })
}

/** Rows are read and written here, all else by the scan. */
function withRows({ read, write }: Surroundings, rows: Rows, j: number): Surroundings {
  return {
    read: (node) => (node.op === 'row' ? rows.push(Number(node.name), j) : read(node)),
    write,
    store: (row, push) => rows.store(row, j, () => push('number')),
  }
}

/** Readers for those of the named operands that there are, opened at the step at hand: numbers, or spikes as bits. */
export function openNamed(
  operands: ReadonlyMap<string, Operand>,
  names: readonly string[],
  bits: boolean,
  make: (operand: Operand) => Reader,
  { chunk, time }: Position,
): ReadonlyMap<string, Reader> {
  const readers = new Map<string, Reader>()
  for (const name of new Set(names)) {
    const operand = operands.get(name)
    if (operand === undefined || (operand.place === 'bits') !== bits) continue
    const reader = make(operand)
    reader.open(chunk, time)
    readers.set(name, reader)
  }
  return readers
}
