/** The derivative that stands in for that of the step function, as text in `x`, the step's argument. */
export interface Surrogate {
  /** Shown in messages. */
  readonly name: string
  /** Values of the names that its text uses besides `x`. */
  readonly params: Readonly<Record<string, number>>
  /** An expression, or statements of which the last gives the value. */
  readonly derivative: string
  /** A function whose derivative it is, up to a constant; put in place of the step, it lets tests check by finite differences. */
  readonly smooth?: string
}

/** An end of a range: a number, or an expression of parameters, such as '2 * R * C'. An infinite end is none. */
export type End = number | string

/**
 * Which values a parameter takes: `[least, greatest]`, which are both allowed; or each end by its word, of which `above` and `below` leave the
 * end itself out. `whole`: whole numbers alone. Values are always finite in f32.
 */
export type Bounds = readonly [least: End, greatest: End] | BoundsByWord

/** As in `{ above: 0 }`, `{ from: 0, below: 1 }`, `{ from: 1, whole: true }`. */
export interface BoundsByWord {
  /** The least value allowed. */
  readonly from?: End
  /** The value that has to be exceeded. */
  readonly above?: End
  /** The greatest value allowed. */
  readonly to?: End
  /** The value that has to stay greater. */
  readonly below?: End
  /** Whether it has to be a whole number. */
  readonly whole?: boolean
}

/** Pointwise dynamics as text: a neuron, an encoder, an optimizer, a trace. */
export interface Definition {
  /** Shown in messages. */
  readonly name: string
  /** One assignment a line, in the order in which they happen within a time step. */
  readonly equations: string
  /** Names of the arrays that come in at each step. */
  readonly inputs: readonly string[]
  /** Names of the values that may change from run to run, never from step to step. */
  readonly params: readonly string[]
  /** Which values these take; whoever changes one keeps it within. */
  readonly bounds?: Readonly<Record<string, Bounds | undefined>>
  /** States with their initial value: a number, the values per neuron, or an expression of parameters and earlier states. */
  readonly state: Readonly<Record<string, number | string | readonly number[]>>
  /** Names that go out at each step and must be set exactly once. */
  readonly outputs: readonly string[]
  /** Further names to record; a state is recorded as it stands at the end of the step. */
  readonly record: readonly string[]
  /** Parameters that every definition of this kind may use and none must (`steps` of an encoder). */
  readonly given?: readonly string[]
  /** The derivative of `heaviside`; needed only where it is differentiated. */
  readonly surrogate?: Surrogate
  /** Names of matrices [N, N] that `product(x, name)` multiplies by, each once. */
  readonly matrices?: readonly string[]
}
