import type { Node, Phase, Program } from '@hillock/core/equations'
import type { Builder } from './build.ts'
import { asReal, asWhole, R, real, select, signedToReal, toSigned, U } from './expressions.ts'
import type { Expression, Real, Truth } from './ir.ts'

/** A result of a program: as a number, or as a condition without a number between. */
export interface Result {
  number(): Real
  truth(): Truth
}

const arithmetic = {
  add: R.add,
  sub: R.sub,
  mul: R.mul,
  div: R.div,
  neg: R.neg,
  min: R.min,
  max: R.max,
  abs: R.abs,
  sqrt: R.sqrt,
  floor: R.floor,
  lt: R.lt,
  le: R.le,
  eq: R.eq,
  ne: R.ne,
} as const

/**
 * Writes a program (without exp and its kin: see core's `elementary`) as statements for one neuron. `read` gives a leaf's value, `write`
 * takes each result, and `store` what stands in a row. Comparisons stay conditions until a number is asked for.
 */
export function lower(
  b: Builder,
  program: Program,
  read: (leaf: Node) => Real,
  write: (output: string, result: Result) => void,
  rows: Phase['rows'] = [],
  store?: (row: number, result: Result) => void,
): void {
  const values: Expression[] = []
  const number = (i: number): Real => {
    const value = values[i]!
    return value.type === 'bool' ? b.let(select(value as Truth, real(1), real(0))) : (value as Real)
  }
  const truth = (i: number): Truth => {
    const value = values[i]!
    return value.type === 'bool' ? (value as Truth) : R.ne(value as Real, 0)
  }
  const compute = (node: Node): Expression => {
    const { op, args, value } = node
    const [p, q, r] = args as [number, number, number]
    if (Object.hasOwn(arithmetic, op)) {
      const [x, y] = args.map(number) as [Real, Real]
      return args.length === 1 ? arithmetic[op as 'neg'](x) : arithmetic[op as 'add'](x, y)
    }
    switch (op) {
      case 'constant':
        return real(value!)
      case 'heaviside':
        return value === 1 ? R.ge(number(p), 0) : R.gt(number(p), 0)
      case 'where':
        return select(truth(p), number(q), number(r))
      case 'detach':
        return values[p]!
      case 'exp2':
        return asReal(U.shiftLeft(U.add(toSigned(number(p)), 127), 23))
      case 'exponent':
        return signedToReal(U.sub(U.and(U.shiftRight(asWhole(number(p)), 23), 255), 127))
      case 'significand':
        return asReal(U.or(U.and(asWhole(number(p)), 0x807fffff), 0x3f800000))
      default:
        return read(node)
    }
  }
  for (const node of program.nodes) {
    const made = compute(node)
    values.push(made.kind === 'constant' || made.kind === 'variable' ? made : b.let(made))
  }
  const result = (i: number): Result => ({ number: () => number(i), truth: () => truth(i) })
  for (const [row, i] of rows) store?.(row, result(i))
  for (const [name, i] of Object.entries(program.outputs)) write(name, result(i))
}
