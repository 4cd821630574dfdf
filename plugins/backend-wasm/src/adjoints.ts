import type { Code } from './assembler.ts'
import type { Reader } from './operands.ts'

/** What comes from outside and what comes from the step after, added. */
export function pushAdjoint(code: Code, given: Reader | undefined, carry: (() => void) | undefined, j: number): void {
  if (given === undefined && carry === undefined) code.f32x4(0)
  given?.push(j)
  carry?.()
  if (given !== undefined && carry !== undefined) code.do('f32x4.add')
}
