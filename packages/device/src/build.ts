import { whole } from './expressions.ts'
import {
  type DeviceKernel,
  type Expression,
  headWords,
  isPlace,
  type Parameter,
  type ParameterType,
  type ProductFormat,
  type Real,
  type Shared,
  type Statement,
  type Truth,
  type Type,
  type Whole,
} from './ir.ts'

/** Where a tensor's numbers begin. */
export type Reals = Parameter<'reals'>
/** Where a tensor's words begin. */
export type Words = Parameter<'words'>

/** The parameters of a kernel by their names, as its body sees them. */
export type Given<P extends Readonly<Record<string, ParameterType>>> = {
  readonly [Name in keyof P]: P[Name] extends 'f32' | 'u32' ? Expression<P[Name]> : Parameter<P[Name] & ParameterType>
}

/** Collects the statements of a kernel, in the order of the calls. */
export interface Builder {
  /** Gives a value a name, so that it is computed once. */
  let<T extends Type>(value: Expression<T>): Expression<T>
  /** A variable that `set` changes. */
  variable<T extends Type>(value: Expression<T>): Expression<T>
  /** Gives a variable a new value. */
  set<T extends Type>(variable: Expression<T>, value: Expression<T>): void
  /** A value of a buffer. */
  load(from: Reals, index: Whole): Real
  /** A value of a buffer. */
  load(from: Words, index: Whole): Whole
  /** Writes a value to a buffer. */
  store(to: Reals, index: Whole, value: Real): void
  /** Writes a value to a buffer. */
  store(to: Words, index: Whole, value: Whole): void
  /** See the statement `storeBit`. */
  storeBit(to: Words, index: Whole, value: Truth, live: Truth): void
  /** Memory that the threads of a workgroup share: `size` values. */
  shared<T extends 'f32' | 'u32'>(type: T, size: number): Shared<T>
  /** A value of shared memory. */
  get<T extends 'f32' | 'u32'>(from: Shared<T>, index: Whole): Expression<T>
  /** Writes a value to shared memory. */
  put<T extends 'f32' | 'u32'>(to: Shared<T>, index: Whole, value: Expression<T>): void
  /** Waits until all threads of the workgroup have come here. */
  barrier(): void
  /** See the statement `multiplyTiles`. */
  multiplyTiles(format: ProductFormat, sums: readonly Real[], a: readonly Real[], b: readonly Real[]): void
  /** Runs `then` where the condition is true, `otherwise` elsewhere. */
  if(condition: Truth, then: () => void, otherwise?: () => void): void
  /** for (i = from; i < to; i += step) */
  for(from: Whole | number, to: Whole, step: number, body: (i: Whole) => void): void
  /** Repeats `body` while the condition is true. */
  while(condition: Truth, body: () => void): void
}

/** Makes a kernel: `body` is called once, and its calls of the builder are the kernel's statements. */
export function build<P extends Readonly<Record<string, ParameterType>>>(
  name: string,
  threads: number,
  given: P,
  body: (b: Builder, args: Given<P>) => void,
): DeviceKernel {
  const parameters = layOut(given)
  const shared: Shared[] = []
  let statements: Statement[] = []
  let variables = 0
  const within = (make: () => void): Statement[] => {
    const before = statements
    statements = []
    make()
    const made = statements
    statements = before
    return made
  }
  const declare = <T extends Type>(value: Expression<T>, fixed: boolean): Expression<T> => {
    const id = variables++
    statements.push({ do: 'declare', id, fixed, value })
    return { kind: 'variable', type: value.type, id }
  }
  const b = {
    let: (value: Expression) => declare(value, true),
    variable: (value: Expression) => declare(value, false),
    set(variable: Expression, value: Expression) {
      statements.push({ do: 'set', id: idOf(variable), value })
    },
    load: (from: Reals | Words, index: Whole): Expression => ({
      kind: 'load',
      type: from.type === 'reals' ? 'f32' : 'u32',
      from,
      index,
    }),
    store(to: Reals | Words, index: Whole, value: Expression<'f32' | 'u32'>) {
      statements.push({ do: 'store', to, index, value })
    },
    storeBit(to: Words, index: Whole, value: Truth, live: Truth) {
      statements.push({ do: 'storeBit', to, index, value, live })
    },
    shared(type: 'f32' | 'u32', size: number) {
      const made: Shared = { id: shared.length, type, size }
      shared.push(made)
      return made
    },
    get: (from: Shared, index: Whole): Expression => ({ kind: 'get', type: from.type, from, index }),
    put(to: Shared, index: Whole, value: Expression<'f32' | 'u32'>) {
      statements.push({ do: 'put', to, index, value })
    },
    barrier() {
      statements.push({ do: 'barrier' })
    },
    multiplyTiles(format: ProductFormat, sums: readonly Real[], x: readonly Real[], y: readonly Real[]) {
      statements.push({ do: 'multiplyTiles', format, sums: sums.map(idOf), a: x, b: y })
    },
    if(condition: Truth, then: () => void, otherwise: () => void = () => {}) {
      statements.push({ do: 'if', condition, body: within(then), otherwise: within(otherwise) })
    },
    for(from: Whole | number, to: Whole, step: number, body: (i: Whole) => void) {
      const id = variables++
      const made = within(() => body({ kind: 'variable', type: 'u32', id }))
      statements.push({ do: 'for', id, from: whole(from), to, step: whole(step), body: made })
    },
    while(condition: Truth, body: () => void) {
      statements.push({ do: 'while', condition, body: within(body) })
    },
  } as Builder
  const args = parameters.map((parameter) => [
    parameter.name,
    isPlace(parameter.type) ? parameter : { kind: 'argument', type: parameter.type, parameter },
  ])
  const made = within(() => body(b, Object.fromEntries(args)))
  return { name, threads, parameters, shared, body: made }
}

function idOf(variable: Expression): number {
  if (variable.kind !== 'variable') throw new Error('only a variable can be set')
  return variable.id
}

/** Places of tensors first, two words each, so that those words are aligned; then the values. */
function layOut(given: Readonly<Record<string, ParameterType>>): Parameter[] {
  const all = Object.entries(given)
  let at = headWords
  const place = ([name, type]: [string, ParameterType]): Parameter => {
    const parameter = { name, type, at }
    at += isPlace(type) ? 2 : 1
    return parameter
  }
  return [...all.filter(([, type]) => isPlace(type)), ...all.filter(([, type]) => !isPlace(type))].map(place)
}
