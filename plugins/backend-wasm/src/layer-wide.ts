import type { ScanBindings } from '@hillock/core/backend'
import { elementary, type Phase, type Program, splitPhases } from '@hillock/core/equations'
import { type Code, i32 } from './assembler.ts'
import { createVariables, emitProgram, type Surroundings } from './expressions.ts'
import type { KernelCache } from './kernel-cache.ts'
import { type Block, lastNeurons, paddedSize, panelsOf } from './layout.ts'
import type { Machine } from './machine.ts'
import { transposed } from './matmul.ts'
import { type Operand, type Operands, parameter, type Reader, slot, vectorsAtOnce } from './operands.ts'
import { emitChunks, emitTime, emitUnits, type Position } from './panels.ts'

// Scans of programs with operations that see the whole layer. The states of a sample stand in rows of the layer, [N], in memory of the
// thread's own; each time step runs phase by phase, and between phases fixed kernels see whole rows. A unit is a sample, or a few that go
// through time together, so that products with a matrix read it once for all of them.

/** A program in phases, and the rows that it needs. */
export interface Layered {
  readonly phases: readonly Phase[]
  /** The row of a value that is carried from step to step. */
  readonly rowOf: (name: string) => number
  /** Bytes of a sample's rows. */
  readonly bytes: number
  /** Samples of a unit. */
  readonly together: number
  /** Arguments: where the rows of the first thread are, bytes of a thread, samples of a unit. */
  readonly scratch: number
  /** The arguments that say where matrices are, by operation and name. */
  readonly matrices: ReadonlyMap<string, number>
}

/** Most samples that go through time together. */
const lanes = 4

/** Splits a program (with exp and its kin), gives a row to each name that is carried, and takes the memory. */
export function layered(
  machine: Machine,
  cache: KernelCache,
  operands: Operands,
  program: Program,
  carried: readonly string[],
  { batch, size, matrices: given = {} }: Pick<ScanBindings, 'batch' | 'size' | 'matrices'>,
): Layered {
  const { phases, rows } = cache.once(program, 'phases', () => splitPhases(elementary(program)))
  const bytes = 4 * paddedSize(size) * (rows + carried.length)
  const matrices = new Map<string, number>()
  for (const { op, matrix } of phases.flatMap(({ calls }) => calls)) {
    const key = `${op} ${matrix}`
    if (matrix === undefined || matrices.has(key)) continue
    const block = given[matrix] as Block
    const read = op === 'product' ? block : transposed(machine, block)
    matrices.set(key, operands.value(key, read, 'neuron').slot)
  }
  const together = matrices.size === 0 ? 1 : Math.max(1, Math.min(lanes, Math.floor(batch / machine.threads)))
  const perThread = together * bytes + (matrices.size === 0 ? 0 : 8 * size + 8)
  const scratch = operands.plain(machine.scratch(machine.threads * perThread, 'rows of a layer'))
  operands.plain(perThread)
  operands.plain(together)
  return { phases, rowOf: (name) => rows + carried.indexOf(name), bytes, together, scratch, matrices }
}

/** Queues a scan in phases. */
export function enqueueLayered(machine: Machine, id: number, operands: Operands, { together }: Layered, batch: number) {
  machine.enqueue(id, Math.ceil(batch / together), operands.values, operands.access(together === 1 ? batch : undefined))
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
  { phases, bytes, scratch, matrices }: Layered,
  body: LayeredBody,
): void {
  const [base, pointer, first, own] = [code.local(i32), code.local(i32), code.local(i32), code.local(i32)]
  const [lane, count, offset] = [code.local(i32), code.local(i32), code.local(i32)]
  const argument = (index: number) => code.get(parameter.args).load('i32', 4 * index)
  const rowBytes = 4 * paddedSize(size)
  const [panelCount, last] = [panelsOf(size), lastNeurons(size)]
  const rows: Rows = {
    push: (row, j) => code.get(pointer).load('v128', row * rowBytes + 16 * j),
    store(row, j, value) {
      code.get(pointer)
      value()
      code.store('v128', row * rowBytes + 16 * j)
    },
  }
  emitUnits(code, (at) => {
    argument(scratch).get(parameter.thread)
    argument(scratch + 1)
      .do('i32.mul', 'i32.add')
      .set(own)
    argument(scratch + 2)
      .get(at.unit)
      .do('i32.mul')
      .set(first)
    // The samples of this unit, of which the last one has what is left.
    argument(slot.batch).get(first).do('i32.sub').set(count)
    argument(scratch + 2).get(count)
    argument(scratch + 2)
      .get(count)
      .do('i32.lt_s', 'select')
      .set(count)

    /** Each sample of the unit. */
    function samples(body: () => void): void {
      code.i32(0).set(lane).do('loop')
      code.get(first).get(lane).do('i32.add').set(at.sample)
      code.get(own).get(lane).i32(bytes).do('i32.mul', 'i32.add').set(base)
      body()
      code.get(lane).i32(1).do('i32.add').set(lane).get(lane).get(count).do('i32.lt_s').branchIf(0).do('end')
    }

    const row = (of: number, i: number) =>
      code
        .get(of)
        .i32(i * rowBytes)
        .do('i32.add')

    /** All panels of the sample, chunk by chunk. */
    function visit(make: (panel: Panel) => void, nodes = 0): void {
      const panels = (neurons: number) => {
        const width = paddedSize(neurons)
        const vectors = vectorsAtOnce(width, 0, nodes)
        emitChunks(code, width, vectors, at, () => {
          code.get(base).get(at.panel).i32(128).do('i32.mul', 'i32.add').get(at.chunk).do('i32.add').set(pointer)
          const ofTime = (of: number, bytes: number) =>
            argument(slot.steps).get(of).do('i32.mul').i32(bytes).do('i32.mul')
          ofTime(at.sample, 4 * paddedSize(size))
          ofTime(at.panel, 128).do('i32.add').get(at.chunk).do('i32.add')
          code
            .get(at.time)
            .i32(4 * width)
            .do('i32.mul', 'i32.add')
            .set(offset)
          make({ neurons, width, vectors, at: { ...at, offset }, rows })
        })
      }
      const full = last === 32 ? panelCount : panelCount - 1
      code.i32(0).set(at.panel)
      if (full > 0) {
        code.do('loop')
        panels(32)
        code.get(at.panel).i32(1).do('i32.add').set(at.panel)
        code.get(at.panel).i32(full).do('i32.lt_s').branchIf(0).do('end')
      }
      if (full < panelCount) panels(last)
    }

    samples(() => visit((panel) => body.begin(panel)))
    emitTime(code, direction, at, () => {
      if (body.step) samples(() => body.step!(visit, at))
      for (const { calls, program, rows: stored } of phases) {
        for (const { op, args, result, matrix } of calls) {
          if (matrix === undefined) {
            samples(() => {
              for (const i of [...args, result]) row(base, i)
              code.i32(size).call(op, args.length + 2)
            })
          } else {
            row(own, args[0]!)
            argument(matrices.get(`${op} ${matrix}`)!)
            row(own, result).i32(size).get(count).i32(bytes).get(own)
            argument(scratch + 2)
              .i32(bytes)
              .do('i32.mul', 'i32.add')
              .call(op, 7)
          }
        }
        if (stored.length + Object.keys(program.outputs).length === 0) continue
        const variables = createVariables(code, program)
        const whole = (panel: Panel) => {
          const { vector, done } = body.open(panel, program)
          for (let j = 0; j < panel.vectors; j++)
            emitProgram(code, program, variables, withRows(vector(j), panel.rows, j), stored)
          done?.()
        }
        samples(() => visit(whole, program.nodes.length))
      }
    })
    if (body.end) samples(() => visit((panel) => body.end!(panel)))
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
