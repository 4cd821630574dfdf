import type { Kernel } from './kernel.ts'
import type { Stream } from './random/index.ts'
import type { Wiring } from './wiring.ts'

/** Numbers as they cross the border of a backend: f32 everywhere but on the f64 oracle. */
export type Values = Float32Array | Float64Array

/**
 * An array that lives on a backend. The shape is the public one, row-major, time first ([T, B, N]); how values lie in memory is the
 * backend's affair. `spikes` holds zeros and ones only, so that a backend may keep bits or event lists.
 */
export interface Tensor {
  /** Sizes of its axes, time first: [T, B, N]. */
  readonly shape: readonly number[]
  /** 'real' for numbers, 'spikes' for zeros and ones, which a backend may pack as bits. */
  readonly kind: 'real' | 'spikes'
}

/** Spikes as lists: row r of a tensor [..., N] has those of neurons `index[start[r]]` to `index[start[r + 1] - 1]`, in order. */
export interface Events {
  /** Where the list of each row starts and ends: row r is index[start[r]] to index[start[r + 1] - 1], [rows + 1]. */
  readonly start: Int32Array
  /** The neurons that spike, row by row. */
  readonly index: Int32Array
}

/** Names the random numbers of one run of a kernel: `uniform()` is a function of these, the place in the text, row, neuron and time. */
export interface RandomKey {
  /** Seed of the session, an integer in [0, 2^32). */
  readonly seed: number
  /** What the numbers are drawn for. */
  readonly stream: Stream
  /** Counts training steps, so that every batch draws anew. */
  readonly step: number
  /** Added to the place in the text: tells kernels apart that draw from one stream. */
  readonly place: number
  /** The time step that the first step of the scan is, a multiple of 16; 0. */
  readonly from?: number
  /** The sample that the first row of the batch is. Default: 0. */
  readonly sample?: number
}

interface Bindings {
  /** Numbers hold for the whole layer; a tensor [N] for each neuron. */
  readonly setup: Readonly<Record<string, number | Tensor>>
  /** Absent when the program draws no random numbers. */
  readonly random?: RandomKey
}

interface OverTime extends Bindings {
  readonly steps: number
  readonly batch: number
  readonly size: number
  /** [T, B, N], or [1, B, N] for the same value at every step. */
  readonly inputs: Readonly<Record<string, Tensor>>
  /** Values that change with time alone: [T], or [T, N]. */
  readonly timeVarying: Readonly<Record<string, Tensor>>
  /** Each state before the first step: a number, [N] or [B, N]. */
  readonly initial: Readonly<Record<string, number | Tensor>>
  /** What `product` multiplies by: [N, N], from the rows to the columns. */
  readonly matrices?: Readonly<Record<string, Tensor>>
}

/** Forward in time. Outputs left out are not stored. */
export interface ScanBindings extends OverTime {
  /**
   * By name, what the equations set: `spike`, a state as it stands at the end of the step, a recorded name; names with # are core's own, and what
   * was multiplied by a matrix `m` is `#m`.
   * [T, B, N], or [1, B, N] for the last step alone. A `spikes` tensor is [T, B, N], and is given only for a binary output.
   */
  readonly outputs: Readonly<Record<string, Tensor>>
  /** Takes states as they stand after the last step, [B, N]: where another scan goes on from. */
  readonly final?: Readonly<Record<string, Tensor>>
}

/** Backward in time. What the forward scan gave out as `#m`, a product by a matrix `m`, is an input [T, B, N] here. */
export interface ReverseBindings extends OverTime {
  /** The states that the forward scan stored, each as it stood at the end of the step: [T, B, N]. */
  readonly states: Readonly<Record<string, Tensor>>
  /** Adjoints of the forward outputs, by name: [T, B, N], or [1, B, N] for the same at every step; an absent one is 0. */
  readonly signals: Readonly<Record<string, Tensor>>
  /**
   * Adjoints, by name. Of an input: [T, B, N], or [1, B, N] to have it summed over time. Of a setup value: [B, N], summed over time. Of a
   * state: [B, N], as it stood before the first step. No two of these have the same name.
   */
  readonly outputs: Readonly<Record<string, Tensor>>
  /** Adjoints of the states after the last step, by their names: [B, N]; an absent one is 0. */
  readonly final?: Readonly<Record<string, Tensor>>
  /** Truncation: adjoints of states are dropped at each multiple of this many steps. */
  readonly window?: number
}

/** Once, in place, over arrays of one shape. */
export interface MapBindings extends Bindings {
  /** What the program reads, by name. */
  readonly inputs: Readonly<Record<string, Tensor>>
  /** Read, and overwritten with the program's outputs of the same names. */
  readonly states: Readonly<Record<string, Tensor>>
}

/** Options of `matmul`; none is set by default. */
export interface MatmulOptions {
  /** Use a^T: a is [K, M] in place of [M, K]. */
  readonly transposeA?: boolean
  /** Use b^T: b is [N, K] in place of [K, N]. */
  readonly transposeB?: boolean
  /** [N], added to every row; with a wiring also [C], N being a multiple of C: repeated. Neither with `transposeA` nor with `accumulate`. */
  readonly bias?: Tensor
  /** Spikes of the shape of `out`: what has none of them is not needed, and comes out as 0 or as the product; not with `accumulate`. */
  readonly activeMask?: Tensor
  /** Add to what `out` holds. */
  readonly accumulate?: boolean
  /**
   * Sites of an input [.., from.count * from.width] reach sites of an output [.., to.count * to.width] by weights [slots * from.width,
   * to.width] ([slots, width] if it is diagonal). Plain, the product is the output; with `transposeB`, of adjoints of the output and the
   * weights, the adjoint of the input; with `transposeA`, of the input and adjoints of the output, the gradient of the weights. Not with
   * both. If pairs have lags, input and output are [T, B, N] with any T: what came before the first step is 0, and what arrives after the
   * last is dropped.
   */
  readonly wiring?: Wiring
}

/** The adjoint of `largest`. */
export interface LargestAdjoint {
  /** Adjoints of the output, real, of its shape. */
  readonly signal: Tensor
  /** Real, of the shape of the input: overwritten. */
  readonly into: Tensor
}

/** What a backend has beyond the required; it also decides which conformance tests apply. */
export interface BackendSupports {
  /** Layer-scope operations (`winners`, `total`, `product`) inside scans. */
  readonly layerScope: boolean
  /** No operation is contracted (no fused multiply-add), so spikes are bit-equal to the reference when currents are exact. */
  readonly exact: boolean
  /** Products with `wiring`, and `largest`. Default: false. */
  readonly wiring?: boolean
}

/** Measures work where it is done, since queueing it takes no time. */
export interface BackendClock {
  /** Calls from here on belong to this part; undefined for none. */
  mark(part: string | undefined): void
  /** Milliseconds spent on each part since the last time this was asked. */
  take(): Readonly<Record<string, number>>
}

/**
 * A device that holds arrays and runs programs. Calls are queued in the order given; only `read` waits. Arguments have been checked by
 * core (`checked`), so that every backend refuses alike. The same call gives the same bits each time, for any number of threads.
 */
export interface Backend {
  /** Shown in messages, such as 'wasm'. */
  readonly name: string
  /** What it runs on, for people, where that may differ. */
  readonly device?: string
  /** Which of the optional operations it has. */
  readonly supports: BackendSupports
  /** What it holds is not defined until it is written. */
  alloc(shape: readonly number[], kind?: Tensor['kind']): Tensor
  /** Copies values in, row-major; a shorter array is an error. */
  write(tensor: Tensor, values: ArrayLike<number>): void
  /**
   * Copies lists into a `spikes` tensor, where the backend can do better than to be given every zero; neurons of a row rise, and none comes
   * twice.
   */
  writeEvents?(tensor: Tensor, events: Events): void
  /** Copies values out, row-major, when all earlier calls are done. */
  read(tensor: Tensor): Promise<Values>
  /** The same of a `spikes` tensor as lists, where the backend can do better than to write out every zero. */
  readEvents?(tensor: Tensor): Promise<Events>
  /** Gives a tensor back; it cannot be used afterwards. */
  free(tensor: Tensor): void
  /** Runs a forward program over the time steps of every neuron. */
  scan(kernel: Kernel, bindings: ScanBindings): void
  /** Runs a backward program over the time steps, from the last to the first. */
  reverse(kernel: Kernel, bindings: ReverseBindings): void
  /** Runs a program once over arrays of one shape, such as an update of weights. */
  map(kernel: Kernel, bindings: MapBindings): void
  /** out = a b (+ bias). Leading dimensions of `a` and `out` count as rows: [T, B, K] x [K, N] -> [T, B, N]. */
  matmul(a: Tensor, b: Tensor, out: Tensor, options?: MatmulOptions): void
  /** Sums over leading dimensions: the shape of `out` ends that of `a`; [T, B, N] -> [B, N], [N] or []. */
  sum(a: Tensor, out: Tensor): void
  /** Copies time steps: out [S, B, N], of the kind of `a`, are the steps of `a` [T, B, N] from `from` on. */
  slice(a: Tensor, from: number, out: Tensor): void
  /**
   * Max pooling by a diagonal wiring without lags: `out` becomes, channel by channel, the largest of the sites of `a` that reach a site, 0 where
   * none does; it is of the kind of `a`. With `adjoint`, `out` is what the call without it gave, and `into` becomes the adjoint of `a`: what
   * `signal` holds for a site goes to the first site that holds the largest, in the order of the table. With `supports.wiring`.
   */
  largest?(a: Tensor, wiring: Wiring, out: Tensor, adjoint?: LargestAdjoint): void
  /** Of a backend that queues its work: how long parts of it took. */
  readonly clock?: BackendClock
  /** Frees everything; the backend cannot be used afterwards. */
  dispose(): Promise<void>
}
