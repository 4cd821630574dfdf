import type { Program } from '@hillock/core/equations'
import type { Operand } from './operands.ts'

/** What a backward kernel reads and writes. */
export interface ReversePlaces {
  readonly program: Program
  readonly states: readonly string[]
  readonly leaves: ReadonlyMap<string, Operand>
  /** The states before the step: at the step before, and before the first step. */
  readonly trajectories: ReadonlyMap<string, { readonly before: Operand; readonly first: Operand }>
  readonly signals: ReadonlyMap<string, Operand>
  /** Results of each step, and results that are summed up or left at the end. */
  readonly moving: ReadonlyMap<string, Operand>
  readonly final: ReadonlyMap<string, Operand>
  /** Where the adjoints of states start from, where that is not 0. */
  readonly carried: ReadonlyMap<string, Operand>
  /** The argument that holds the truncation window. */
  readonly window: number | undefined
}

/** What a forward kernel reads and writes, by 'op name' of leaves and by names. */
export interface ScanPlaces {
  readonly program: Program
  readonly leaves: ReadonlyMap<string, Operand>
  readonly initial: ReadonlyMap<string, Operand>
  readonly outputs: ReadonlyMap<string, Operand>
  /** Takes states after the last step. */
  readonly final: ReadonlyMap<string, Operand>
}
