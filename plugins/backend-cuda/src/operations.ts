import type { Operation } from '@hillock/device'
import type { Text } from './text.ts'

// Rounding is explicit (.rn) wherever there is a choice, so that nothing is contracted, and .ftz stands nowhere, so that nothing is flushed.

const ofReals: Partial<Record<Operation, string>> = {
  add: 'add.rn.f32',
  sub: 'sub.rn.f32',
  mul: 'mul.rn.f32',
  div: 'div.rn.f32',
  sqrt: 'sqrt.rn.f32',
  neg: 'neg.f32',
  abs: 'abs.f32',
  floor: 'cvt.rmi.f32.f32',
  asWhole: 'mov.b32',
  toSigned: 'cvt.rzi.s32.f32',
  lt: 'setp.lt.f32',
  le: 'setp.le.f32',
  gt: 'setp.gt.f32',
  ge: 'setp.ge.f32',
  eq: 'setp.eq.f32',
  // true where either is NaN
  ne: 'setp.neu.f32',
}

const ofWholes: Partial<Record<Operation, string>> = {
  add: 'add.u32',
  sub: 'sub.u32',
  mul: 'mul.lo.u32',
  mulHigh: 'mul.hi.u32',
  div: 'div.u32',
  rem: 'rem.u32',
  min: 'min.u32',
  max: 'max.u32',
  and: 'and.b32',
  or: 'or.b32',
  xor: 'xor.b32',
  shiftLeft: 'shl.b32',
  shiftRight: 'shr.u32',
  ones: 'popc.b32',
  asReal: 'mov.b32',
  toReal: 'cvt.rn.f32.u32',
  signedToReal: 'cvt.rn.f32.s32',
  lt: 'setp.lt.u32',
  le: 'setp.le.u32',
  gt: 'setp.gt.u32',
  ge: 'setp.ge.u32',
  eq: 'setp.eq.u32',
  ne: 'setp.ne.u32',
}

const ofTruths: Partial<Record<Operation, string>> = { and: 'and.pred', or: 'or.pred', not: 'not.pred' }

const tables = { f32: ofReals, u32: ofWholes, bool: ofTruths } as const

/** Emits an operation on operands of one type into a register. `select` has its condition first. */
export function emitOperation(
  text: Text,
  op: Operation,
  of: 'f32' | 'u32' | 'bool',
  result: string,
  operands: readonly string[],
): void {
  const all = operands.join(', ')
  if (op === 'select') {
    const [condition, yes, no] = operands
    text.emit(`selp.${of === 'f32' ? 'f32' : 'b32'} ${result}, ${yes}, ${no}, ${condition}`)
  } else if (op === 'trailingZeros') {
    const reversed = text.register('u32')
    text.emit(`brev.b32 ${reversed}, ${all}`)
    text.emit(`clz.b32 ${result}, ${reversed}`)
  } else if (of === 'f32' && (op === 'min' || op === 'max')) {
    // min and max give the other operand where one is NaN; min.NaN wants sm_80
    const [chosen, isNan] = [text.register('f32'), text.register('bool')]
    text.emit(`${op}.f32 ${chosen}, ${all}`)
    text.emit(`setp.nan.f32 ${isNan}, ${all}`)
    text.emit(`selp.f32 ${result}, 0f7FC00000, ${chosen}, ${isNan}`)
  } else {
    text.emit(`${tables[of][op]} ${result}, ${all}`)
  }
}
