import type { Node, Phase, Program } from '@hillock/core/equations'
import { type Code, type Instruction, v128 } from './assembler.ts'

/** How a program meets memory: code that puts a leaf's vector on the stack, and code that stores a result's. */
export interface Surroundings {
  /** Pushes the vector of a leaf. */
  readonly read: (node: Node) => void
  /** Takes a result: `push` puts it on the stack as numbers, or as a mask (all bits of a lane set) where it is a condition. */
  readonly write: (output: string, push: Push) => void
  /** Takes what stands in a row. */
  readonly store?: (row: number, push: Push) => void
}

type Push = (as: 'number' | 'mask') => void

const arithmetic: Partial<Record<Node['op'], Instruction>> = {
  add: 'f32x4.add',
  sub: 'f32x4.sub',
  mul: 'f32x4.mul',
  div: 'f32x4.div',
  neg: 'f32x4.neg',
  min: 'f32x4.min',
  max: 'f32x4.max',
  abs: 'f32x4.abs',
  sqrt: 'f32x4.sqrt',
  floor: 'f32x4.floor',
}

const comparisons: Partial<Record<Node['op'], Instruction>> = {
  lt: 'f32x4.lt',
  le: 'f32x4.le',
  eq: 'f32x4.eq',
  ne: 'f32x4.ne',
}

/** The variables of a program's values, made once and used again for each vector of neurons. */
export function createVariables(code: Code, { nodes }: Program): number[] {
  return nodes.map(({ op }) => (op === 'constant' ? -1 : code.local(v128)))
}

/** Emits a program (without exp and its kin) for one vector of four neurons. Comparisons stay masks until a number is asked for. */
export function emitProgram(
  code: Code,
  program: Program,
  variables: readonly number[],
  { read, write, store }: Surroundings,
  rows: Phase['rows'] = [],
): void {
  const { nodes } = program
  const isMask = (i: number): boolean => nodes[i]!.op === 'heaviside' || comparisons[nodes[i]!.op] !== undefined
  const push = (i: number, as: 'number' | 'mask'): void => {
    const node = nodes[i]!
    if (node.op === 'constant') code.f32x4(node.value!)
    else code.get(variables[i]!)
    if (as === 'number' && isMask(i)) code.f32x4(1).do('v128.and')
    if (as === 'mask' && !isMask(i)) code.f32x4(0).do('f32x4.ne')
  }
  nodes.forEach((node, i) => {
    if (node.op === 'constant') return
    const [a, b, c] = node.args as [number, number, number]
    const simple = arithmetic[node.op] ?? comparisons[node.op]
    if (simple !== undefined) {
      for (const arg of node.args) push(arg, 'number')
      code.do(simple)
    } else if (node.op === 'heaviside') {
      push(a, 'number')
      code.f32x4(0).do(node.value === 1 ? 'f32x4.ge' : 'f32x4.gt')
    } else if (node.op === 'where') {
      push(b, 'number')
      push(c, 'number')
      push(a, 'mask')
      code.do('v128.bitselect')
    } else if (node.op === 'exp2') {
      push(a, 'number')
      code.do('i32x4.trunc_sat_f32x4_s').i32x4([127, 127, 127, 127]).do('i32x4.add').i32(23).do('i32x4.shl')
    } else if (node.op === 'exponent') {
      push(a, 'number')
      code.i32(23).do('i32x4.shr_u').i32x4([255, 255, 255, 255]).do('v128.and')
      code.i32x4([127, 127, 127, 127]).do('i32x4.sub', 'f32x4.convert_i32x4_s')
    } else if (node.op === 'significand') {
      push(a, 'number')
      const [kept, one] = [0x807fffff | 0, 0x3f800000]
      code.i32x4([kept, kept, kept, kept]).do('v128.and').i32x4([one, one, one, one]).do('v128.or')
    } else if (node.op === 'detach') {
      push(a, 'number')
    } else {
      read(node)
    }
    code.set(variables[i]!)
  })
  for (const [row, i] of rows) store?.(row, (as) => push(i, as))
  for (const [name, i] of Object.entries(program.outputs)) write(name, (as) => push(i, as))
}
