import { type Code, i32 } from './assembler.ts'
import { lastNeurons, panelsOf } from './layout.ts'
import { parameter, slot } from './operands.ts'

/** Locals that say where a kernel is: which sample, which panel, which byte of the panel's rows, which time step. */
export interface Position {
  readonly sample: number
  readonly panel: number
  readonly chunk: number
  readonly time: number
  /** How far into a moving tensor that is, where many are read there. */
  readonly offset?: number
}

/** Emits the loop over units. */
export function emitUnits(code: Code, body: (at: Position & { readonly unit: number }) => void): void {
  const [unit, sample, panel, chunk, time] = Array.from({ length: 5 }, () => code.local(i32)) as [
    number,
    number,
    number,
    number,
    number,
  ]
  code.get(parameter.from).set(unit)
  code.do('block', 'loop')
  code.get(unit).get(parameter.to).do('i32.ge_s').branchIf(1)
  body({ unit, sample, panel, chunk, time })
  code.get(unit).i32(1).do('i32.add').set(unit)
  code.branch(0).do('end', 'end')
}

/**
 * Emits the loop over units, a unit being a panel of one sample, around the code for panels of so many neurons. Full panels and a last
 * one that is not full have code of their own.
 */
export function emitPanels(code: Code, size: number, body: (neurons: number, at: Position) => void): void {
  const [count, last] = [panelsOf(size), lastNeurons(size)]
  emitUnits(code, (at) => {
    code.get(at.unit).i32(count).do('i32.div_u').set(at.sample)
    code.get(at.unit).i32(count).do('i32.rem_u').set(at.panel)
    if (count === 1 || last === 32) {
      body(last, at)
      return
    }
    code
      .get(at.panel)
      .i32(count - 1)
      .do('i32.eq', 'if')
    body(last, at)
    code.do('else')
    body(32, at)
    code.do('end')
  })
}

/** Emits the loop over a panel's rows, `vectors` vectors at a time. */
export function emitChunks(code: Code, width: number, vectors: number, { chunk }: Position, body: () => void): void {
  code.i32(0).set(chunk).do('loop')
  body()
  if (4 * vectors < width) {
    code
      .get(chunk)
      .i32(16 * vectors)
      .do('i32.add')
      .set(chunk)
    code
      .get(chunk)
      .i32(4 * width)
      .do('i32.lt_s')
      .branchIf(0)
  }
  code.do('end')
}

/** Emits the loop over time, which there may be none of; `at.time` counts up from 0, or down from the last step. */
export function emitTime(code: Code, direction: 'forward' | 'backward', { time }: Position, body: () => void): void {
  const steps = () => code.get(parameter.args).load('i32', 4 * slot.steps)
  steps().do('if')
  if (direction === 'forward') {
    code.i32(0).set(time).do('loop')
    body()
    code.get(time).i32(1).do('i32.add').set(time).get(time)
    steps().do('i32.lt_s').branchIf(0).do('end')
  } else {
    steps().i32(1).do('i32.sub').set(time).do('loop')
    body()
    code.get(time).i32(1).do('i32.sub').set(time).get(time)
    code.i32(0).do('i32.ge_s').branchIf(0).do('end')
  }
  code.do('end')
}
