import { Layer } from './layer'

/** Below this a factor is multiplied out, or u would leave the range of f32. */
const smallest: f64 = 1e-12

/** Takes u for the weights themselves: factors are 1, and norms found. */
export function takeWeights(layer: Layer): void {
  store<f64>(layer.common, 1)
  for (let j = 0; j < layer.stride; j++) store<f64>(layer.scales + (<usize>j << 3), 1)
  memory.fill(layer.norms, 0, <usize>layer.stride << 3)
  let at = layer.u
  for (let i = 0; i < layer.inputs; i++) {
    let norm = layer.norms
    for (let j = 0; j < layer.stride; j += 4, at += 16, norm += 32) {
      const w = v128.load(at)
      const low = f64x2.promote_low_f32x4(w)
      const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(w, w, 2, 3, 2, 3))
      v128.store(norm, f64x2.add(v128.load(norm), f64x2.mul(low, low)))
      v128.store(norm, f64x2.add(v128.load(norm, 16), f64x2.mul(high, high)), 16)
    }
  }
}

/** Makes u the weights themselves, none further from 0 than `limit`. */
export function giveWeights(layer: Layer, limit: f32): void {
  for (let j = 0; j < layer.stride; j += 4) v128.store(layer.sums + (<usize>j << 2), factors(layer, j))
  const least = f32x4.splat(-limit)
  const most = f32x4.splat(limit)
  let at = layer.u
  for (let i = 0; i < layer.inputs; i++) {
    for (let factor = layer.sums, end = factor + (<usize>layer.stride << 2); factor < end; factor += 16, at += 16) {
      v128.store(at, f32x4.max(least, f32x4.min(most, f32x4.mul(v128.load(factor), v128.load(at)))))
    }
  }
}

/** Divides each column by its Euclidean length, `epsilon` added to that. */
export function normalizeAll(layer: Layer, epsilon: f64): void {
  const common = f64x2.abs(f64x2.splat(load<f64>(layer.common)))
  const added = f64x2.splat(epsilon)
  const bytes = <usize>layer.stride << 3
  for (let at: usize = 0; at < bytes; at += 16) {
    const scales = v128.load(layer.scales + at)
    const length = f64x2.mul(f64x2.sqrt(v128.load(layer.norms + at)), f64x2.mul(common, f64x2.abs(scales)))
    v128.store(layer.scales + at, f64x2.div(scales, f64x2.add(length, added)))
  }
}

/** W_ij *= factor for one unit. */
export function scale(layer: Layer, unit: i32, factor: f64): void {
  const at = layer.scales + (<usize>unit << 3)
  store<f64>(at, factor * load<f64>(at))
  if (abs(layer.factor(unit)) < smallest) multiplyOut(layer, unit)
}

/** W *= factor. */
export function scaleAll(layer: Layer, factor: f64): void {
  const common = factor * load<f64>(layer.common)
  store<f64>(layer.common, common)
  if (abs(common) >= smallest) return
  for (let unit = 0; unit < layer.stride; unit++) {
    multiplyOut(layer, unit)
    store<f64>(layer.scales + (<usize>unit << 3), 1)
  }
  store<f64>(layer.common, 1)
}

/** The factors of units `unit` to `unit + 3`, in f32. */
@inline
export function factors(layer: Layer, unit: i32): v128 {
  const common = f64x2.splat(load<f64>(layer.common))
  const scales = layer.scales + (<usize>unit << 3)
  const low = f32x4.demote_f64x2_zero(f64x2.mul(common, v128.load(scales)))
  const high = f32x4.demote_f64x2_zero(f64x2.mul(common, v128.load(scales, 16)))
  return v128.shuffle<f32>(low, high, 0, 1, 4, 5)
}

function multiplyOut(layer: Layer, unit: i32): void {
  const factor = layer.factor(unit)
  const stride = <usize>layer.stride << 2
  let at = layer.u + (<usize>unit << 2)
  for (let i = 0; i < layer.inputs; i++, at += stride) store<f32>(at, <f32>(factor * <f64>load<f32>(at)))
  const norm = layer.norms + (<usize>unit << 3)
  store<f64>(norm, factor * factor * load<f64>(norm))
  const sum = layer.sums + (<usize>unit << 2)
  store<f32>(sum, <f32>(factor * <f64>load<f32>(sum)))
  store<f64>(layer.scales + (<usize>unit << 3), 1 / load<f64>(layer.common))
}
