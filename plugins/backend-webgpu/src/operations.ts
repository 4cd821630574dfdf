import type { Operation, Type } from '@hillock/device'

const infix: Partial<Record<Operation, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  rem: '%',
  xor: '^',
  shiftLeft: '<<',
  shiftRight: '>>',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  eq: '==',
  ne: '!=',
}

/** An operation as WGSL, every operand in brackets of its own; `of` is the type of its first operand. */
export function operation(op: Operation, type: Type, of: Type, args: readonly string[]): string {
  const [a, b, c] = args as [string, string, string]
  const between = (sign: string) => `(${a} ${sign} ${b})`
  switch (op) {
    case 'add':
    case 'sub':
    case 'mul':
      return type === 'f32' ? `rounded(${a} ${infix[op]} ${b})` : between(infix[op]!)
    case 'min':
    case 'max':
      return type === 'f32' ? `${op}OrNan(${a}, ${b})` : `${op}(${a}, ${b})`
    case 'ne':
      // a compiler may take it that there is no NaN
      return of === 'f32' ? `(!(${a} == ${b}) || isNan(${a}) || isNan(${b}))` : between('!=')
    case 'and':
    case 'or': {
      const sign = op === 'and' ? '&' : '|'
      return between(type === 'bool' ? sign + sign : sign)
    }
    case 'not':
      return `(!${a})`
    case 'neg':
      return `(-${a})`
    case 'abs':
    case 'sqrt':
    case 'floor':
    case 'mulHigh':
      return `${op}(${args.join(', ')})`
    case 'trailingZeros':
      return `firstTrailingBit(${a})`
    case 'ones':
      return `countOneBits(${a})`
    case 'select':
      return `select(${c}, ${b}, ${a})`
    case 'toReal':
      return `f32(${a})`
    case 'signedToReal':
      return `f32(bitcast<i32>(${a}))`
    case 'toSigned':
      return `bitcast<u32>(i32(${a}))`
    case 'asReal':
      return `bitcast<f32>(${a})`
    case 'asWhole':
      return `bitcast<u32>(${a})`
    default:
      return between(infix[op]!)
  }
}
