/**
 * The types of values. Numbers are f32, and every operation on them is rounded by itself; indices and bits are u32, which wrap around;
 * conditions are bool.
 */
export type Type = 'f32' | 'u32' | 'bool'

/** What a kernel is given at each launch: where a tensor's numbers (f32) or words (u32) begin, or one value. */
export type ParameterType = 'reals' | 'words' | 'f32' | 'u32'

/** A parameter, and the word of the launch's arguments where it stands; the place of a tensor takes two words, low first. */
export interface Parameter<P extends ParameterType = ParameterType> {
  /** Its name. */
  readonly name: string
  /** Its type. */
  readonly type: P
  /** Its place among the parameters, from 0. */
  readonly at: number
}

/** Memory that the threads of a group share, `size` values; undefined until written. */
export interface Shared<T extends Type = 'f32' | 'u32'> {
  /** Number that tells it from other shared memory of the kernel. */
  readonly id: number
  /** Type of its values. */
  readonly type: T
  /** How many values it holds. */
  readonly size: number
}

/** Operations by what they take and give. Printers print these and nothing else. */
export type Operation =
  /** Of f32 and of u32. The smaller and the larger of two f32 are NaN where either is. */
  | ('add' | 'sub' | 'mul' | 'div' | 'min' | 'max')
  /** Of f32 alone. */
  | ('neg' | 'abs' | 'sqrt' | 'floor')
  /** Of u32 alone. Shifts are by less than 32; `mulHigh` is the upper half of the product; `trailingZeros` is not asked of 0. */
  | ('rem' | 'xor' | 'shiftLeft' | 'shiftRight' | 'mulHigh' | 'trailingZeros' | 'ones')
  /** Of u32 and of bool. */
  | ('and' | 'or')
  | 'not'
  /** Comparisons of f32 and of u32, to bool. A NaN is unequal to all, itself among them, and neither less nor greater. */
  | ('lt' | 'le' | 'gt' | 'ge' | 'eq' | 'ne')
  /** The second where the first is true, else the third; both are computed. */
  | 'select'
  /** u32 to f32, rounded to the nearest. */
  | 'toReal'
  /** The bits of an i32 to f32. */
  | 'signedToReal'
  /** A f32 in [-2^31, 2^31), truncated, to the bits of an i32. */
  | 'toSigned'
  /** The bits of the one as the other. */
  | ('asReal' | 'asWhole')

/** An expression without side effects; loads see memory as it is where the statement stands. */
export type Expression<T extends Type = Type> = { readonly type: T } & (
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'variable'; readonly id: number }
  | { readonly kind: 'argument'; readonly parameter: Parameter<'f32' | 'u32'> }
  /** The number of a thread in its group, and that of its group among all of the launch. */
  | { readonly kind: 'thread' | 'group' }
  | { readonly kind: 'load'; readonly from: Parameter<'reals' | 'words'>; readonly index: Expression<'u32'> }
  | { readonly kind: 'get'; readonly from: Shared; readonly index: Expression<'u32'> }
  | { readonly kind: 'operation'; readonly op: Operation; readonly args: readonly Expression[] }
)

/** A real number, f32. */
export type Real = Expression<'f32'>
/** A whole number of 32 bits, u32. */
export type Whole = Expression<'u32'>
/** True or false. */
export type Truth = Expression<'bool'>

/** What tensor cores round numbers to before they multiply them: 11 or 8 significant bits. Sums are f32. */
export type ProductFormat = 'tf32' | 'bf16'

/** A statement of a kernel. */
export type Statement =
  /** Declares a variable; one that is `fixed` is never set again. */
  | { readonly do: 'declare'; readonly id: number; readonly fixed: boolean; readonly value: Expression }
  | { readonly do: 'set'; readonly id: number; readonly value: Expression }
  | {
      readonly do: 'store'
      readonly to: Parameter<'reals' | 'words'>
      readonly index: Whole
      readonly value: Expression<'f32' | 'u32'>
    }
  /**
   * Thread i of each 32 gives bit i of the word at `index`, the same for all of them: 1 where `live` and `value` are true. All threads of
   * the group come here together. A device that does not store whole words is given words that are 0.
   */
  | {
      readonly do: 'storeBit'
      readonly to: Parameter<'words'>
      readonly index: Whole
      readonly value: Truth
      readonly live: Truth
    }
  /**
   * Each 32 threads multiply a tile [16, 8 p] by one [8 p, 8], p = 1 in tf32 and 2 in bf16, and add the product [16, 8] to that in their
   * variables `sums`. Thread i with g = floor(i / 4) and t = i % 4 has the sums at rows g and g + 8 (one after the other), columns 2 t and
   * 2 t + 1. With k = p t + 4 p h + e it gives, as `a`, the numbers at (g + 8 r, k) for h < 2, r < 2, e < p, and as `b` those at (k, g) for
   * h < 2, e < p. They are rounded to the format: in tf32 ties go away from 0, in bf16 to even. All threads of the group come here
   * together. Only a device that says `products` has to know it.
   */
  | {
      readonly do: 'multiplyTiles'
      readonly format: ProductFormat
      readonly sums: readonly number[]
      readonly a: readonly Real[]
      readonly b: readonly Real[]
    }
  | { readonly do: 'put'; readonly to: Shared; readonly index: Whole; readonly value: Expression<'f32' | 'u32'> }
  /** Threads of the group wait for each other, and see what the others stored. All of them come here. */
  | { readonly do: 'barrier' }
  | {
      readonly do: 'if'
      readonly condition: Truth
      readonly body: readonly Statement[]
      readonly otherwise: readonly Statement[]
    }
  /** for (id = from; id < to; id += step) */
  | {
      readonly do: 'for'
      readonly id: number
      readonly from: Whole
      readonly to: Whole
      readonly step: Whole
      readonly body: readonly Statement[]
    }
  | { readonly do: 'while'; readonly condition: Truth; readonly body: readonly Statement[] }

/** A kernel for any device: `threads` of a group (a multiple of 32) run `body` together, groups run in any order. */
export interface DeviceKernel {
  /** Its name, which profilers and error messages show. */
  readonly name: string
  /** Threads of a workgroup. */
  readonly threads: number
  /** What it is given: buffers and numbers. */
  readonly parameters: readonly Parameter[]
  /** Memory that the threads of a workgroup share. */
  readonly shared: readonly Shared[]
  /** Its statements. */
  readonly body: readonly Statement[]
}

/** The first words of a launch's arguments: the number of groups, and 0. */
export const headWords = 2

/** Words that the arguments of a launch take. */
export const argumentWords = ({ parameters }: Pick<DeviceKernel, 'parameters'>): number =>
  parameters.reduce((most, { at, type }) => Math.max(most, at + (isPlace(type) ? 2 : 1)), headWords)

/** Whether a parameter is the place of a tensor. */
export const isPlace = (type: ParameterType): type is 'reals' | 'words' => type === 'reals' || type === 'words'
