import { Counts, Events } from './spikes'

/**
 * A layer as `src/simd-layer.ts` lays it out: a field here is a field there, in the same order. Addresses are in bytes; weights are
 * W_ij = common * scale_j * u_ij, and each row of u is padded to `stride` units, a multiple of 4, as are all arrays over units.
 */
@unmanaged
export class Layer {
  /** f32, [inputs, stride]. */
  u: usize
  /** f64. */
  scales: usize
  /** f64: sum_i u_ij^2. */
  norms: usize
  /** One f64. */
  common: usize
  /** f32, as are the next four. */
  bias: usize
  threshold: usize
  /** Membranes. */
  v: usize
  /** Sum of u_ij over the inputs that fire in this step. */
  sums: usize
  /** Membrane less threshold; 0 or less for those that take no part. */
  excess: usize
  /** The units whose weights change in a step: pairs of an offset in a row, u32, and by how much, f32. */
  changes: usize
  /** Of this presentation, one row a step. */
  spikes: Events
  counts: Counts
  stride: i32
  /** Rows of u. */
  inputs: i32
  /** Whether neurons compete; otherwise the layer only listens. */
  competes: i32
  k: i32
  /** Units `first` to `last - 1` take part in this presentation; the one that is recruited fires alone, or -1. */
  first: i32
  last: i32
  recruit: i32
  /** So that what follows stands at a multiple of 8. */
  unused: i32
  beta: f64
  drop: f64
  /** What is left of every membrane when any neuron fires. */
  kept: f64
  /** The rule of a step, see `StepRule`. */
  shrink: f64
  right: f64
  wrong: f64
  taught: f64
  /** What is left of all weights after a step. */
  left: f64

  @inline
  factor(unit: i32): f64 {
    return load<f64>(this.common) * load<f64>(this.scales + (<usize>unit << 3))
  }
}
