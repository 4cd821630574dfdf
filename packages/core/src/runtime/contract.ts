import type { Tensor } from '../backend.ts'
import type { CheckedBackend } from '../checked.ts'
import type { ParamValue } from '../kernel.ts'
import type { Loss } from '../losses/loss.ts'
import type { Layer, Network } from '../network/layer.ts'
import type { ScanValues } from '../values.ts'
import type { LayerPass, Watched } from './pass.ts'
import type { Snapshot } from './snapshot.ts'

/** The parts of a training step that are timed apart. */
export type Part = 'encode' | 'forward' | 'backward' | 'update'

/** A network at work on a backend: what learners are given. */
export interface Runtime {
  /** The network that runs. */
  readonly network: Network
  /** What it runs on, with the checks of core before each call. */
  readonly backend: CheckedBackend
  /** The loss of the session. */
  readonly loss: Loss
  /** Seed of the session. */
  readonly seed: number
  /**
   * The tensor of this name that lasts from step to step: weights ('layer1.weight'), moments, a learner's own state. Made when first
   * asked for, of zeros or of `initial`; it moves along when the backend is swapped.
   */
  tensor(name: string, shape: readonly number[], initial?: () => ArrayLike<number>): Tensor
  /** A tensor of one number again and again, or of values by their place, then with a name; it lasts, and is in no snapshot. */
  fixed(shape: readonly number[], value: number | ((i: number) => number), name?: string): Tensor
  /** A tensor that is freed at the end of the step. */
  temporary(shape: readonly number[], kind?: Tensor['kind']): Tensor
  /** Frees the temporaries made during `work` when it is done, for learners that make some at each time step. */
  scope<T>(work: () => Promise<T>): Promise<T>
  /** Takes over a tensor, to be freed at the end of the step. */
  adopt(tensor: Tensor): Tensor
  /** The setup values, time-varying values and initial states of a layer's neurons for so many steps from `from` on (0). */
  values(layer: Layer, steps: number, from?: number): ScanValues
  /** The neurons' parameters as learnt so far: shared ones as numbers. */
  params(layer: Layer): Readonly<Record<string, ParamValue>>
  /** Reads a layer's learnable neuron parameters back after a change, and brings those that left their bounds back to the nearest value within. */
  refresh(layer: Layer): Promise<void>
  /**
   * Has a temporary looked at when the step is over: NaN or infinity in it stops the work with HILLOCK_NOT_FINITE for this `reason`.
   * `pass`: what tells more.
   */
  watch(tensor: Tensor, reason: string, pass?: LayerPass): void
  /** Adds the time that `work` takes to a part of the step. */
  timed<T>(part: Part, work: () => T): T
}

/** The side of a runtime that the session holds. */
export interface RuntimeControl extends Runtime {
  /** The temporaries to look at when the step is over. */
  readonly watched: readonly Watched[]
  /** What lasts, by name. */
  readonly lasting: ReadonlyMap<string, Tensor>
  /** Milliseconds of each part of the step. */
  readonly parts: Readonly<Record<Part, number>>
  /** Frees the temporaries and starts the clocks of the next step. */
  endStep(): void
  /** What is counted on the backend. */
  readonly counters: Set<{ settle(): Promise<void>; drop(): void }>
  /** Reads all that lasts, as plain arrays. */
  snapshot(): Promise<Snapshot>
  /** Names of the tensors in the snapshot that nothing has asked for yet. */
  readonly unused: readonly string[]
  /** Frees all tensors, and disposes of the backend when no other runtime is on it. Default of `keepBackend`: false. */
  dispose(options?: DisposeOptions): Promise<void>
}

/** Options of `dispose`. */
export interface DisposeOptions {
  /**
   * Leave the backend as it is, to be used again.
   * @default false
   */
  readonly keepBackend?: boolean
}
