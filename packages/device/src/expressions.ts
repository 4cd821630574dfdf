import type { Expression, Operation, Real, Truth, Type, Whole } from './ir.ts'

// Functions that make expressions. Plain numbers stand for constants.

type Number<T extends Type> = Expression<T> | number

/** A constant real number. */
export const real = (value: Number<'f32'>): Real =>
  typeof value === 'number' ? { kind: 'constant', type: 'f32', value: Math.fround(value) } : value
/** A constant whole number. */
export const whole = (value: Number<'u32'>): Whole =>
  typeof value === 'number' ? { kind: 'constant', type: 'u32', value: value >>> 0 } : value

const operation = <T extends Type>(type: T, op: Operation, args: readonly Expression[]): Expression<T> => ({
  kind: 'operation',
  type,
  op,
  args,
})

const reals =
  (op: Operation) =>
  (...args: readonly Number<'f32'>[]): Real =>
    operation('f32', op, args.map(real))
const wholes =
  (op: Operation) =>
  (...args: readonly Number<'u32'>[]): Whole =>
    operation('u32', op, args.map(whole))
const compareReals =
  (op: Operation) =>
  (a: Number<'f32'>, b: Number<'f32'>): Truth =>
    operation('bool', op, [real(a), real(b)])
const compareWholes =
  (op: Operation) =>
  (a: Number<'u32'>, b: Number<'u32'>): Truth =>
    operation('bool', op, [whole(a), whole(b)])

/** Arithmetic of numbers, f32. */
export const R = {
  add: reals('add'),
  sub: reals('sub'),
  mul: reals('mul'),
  div: reals('div'),
  neg: reals('neg'),
  min: reals('min'),
  max: reals('max'),
  abs: reals('abs'),
  sqrt: reals('sqrt'),
  floor: reals('floor'),
  lt: compareReals('lt'),
  le: compareReals('le'),
  gt: compareReals('gt'),
  ge: compareReals('ge'),
  eq: compareReals('eq'),
  ne: compareReals('ne'),
} as const

/** Arithmetic of indices and bits, u32. */
export const U = {
  add: wholes('add'),
  sub: wholes('sub'),
  mul: wholes('mul'),
  mulHigh: wholes('mulHigh'),
  div: wholes('div'),
  rem: wholes('rem'),
  min: wholes('min'),
  and: wholes('and'),
  or: wholes('or'),
  xor: wholes('xor'),
  shiftLeft: wholes('shiftLeft'),
  shiftRight: wholes('shiftRight'),
  trailingZeros: wholes('trailingZeros'),
  ones: wholes('ones'),
  lt: compareWholes('lt'),
  le: compareWholes('le'),
  gt: compareWholes('gt'),
  ge: compareWholes('ge'),
  eq: compareWholes('eq'),
  ne: compareWholes('ne'),
} as const

/** Whether it is false. */
export const not = (a: Truth): Truth => operation('bool', 'not', [a])
/** Whether both are true. */
export const and = (a: Truth, b: Truth): Truth => operation('bool', 'and', [a, b])
/** `yes` where the condition is true, `no` elsewhere. */
export const select = <T extends Type>(condition: Truth, yes: Expression<T>, no: Expression<T>): Expression<T> =>
  operation(yes.type, 'select', [condition, yes, no])

/** An unsigned whole number as a real number. */
export const toReal = (a: Whole): Real => operation('f32', 'toReal', [a])
/** A signed whole number as a real number. */
export const signedToReal = (a: Whole): Real => operation('f32', 'signedToReal', [a])
/** A real number, rounded toward 0, as a signed whole number. */
export const toSigned = (a: Real): Whole => operation('u32', 'toSigned', [a])
/** The same bits, read as a real number. */
export const asReal = (a: Whole): Real => operation('f32', 'asReal', [a])
/** The same bits, read as a whole number. */
export const asWhole = (a: Real): Whole => operation('u32', 'asWhole', [a])

/** The number of a thread in its group. */
export const thread: Whole = { kind: 'thread', type: 'u32' }
/** The number of a group among those of the launch. */
export const group: Whole = { kind: 'group', type: 'u32' }

/** How many words hold the spikes of n neurons. */
export const wordsOf = (n: Whole): Whole => U.shiftRight(U.add(n, 31), 5)
