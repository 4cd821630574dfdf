import { scale } from './factors'
import { Layer } from './layer'

/**
 * The rule of a step: units that fired lose a part of their weights, then gain or lose at the inputs that fired (`rows`); so does the
 * label's unit where only the teacher makes it fire (`taught`).
 */
export function learn(
  layer: Layer,
  rows: usize,
  rowsEnd: usize,
  fired: usize,
  firedEnd: usize,
  label: i32,
  taught: bool,
): void {
  let told = taught && layer.taught !== 0
  let count: usize = 0
  for (let at = fired; at < firedEnd; at += 4) {
    const unit = load<i32>(at)
    if (layer.shrink !== 0) scale(layer, unit, 1 - layer.shrink)
    const amount = unit === label ? layer.right : layer.wrong
    if (unit === label) told = false
    if (amount !== 0) change(layer, count++, unit, amount, rowsEnd - rows)
  }
  if (told) {
    sumAgain(layer, rows, rowsEnd, label)
    change(layer, count++, label, layer.taught, rowsEnd - rows)
  }
  add(layer, rows, rowsEnd, count)
}

/** Notes that weights of a unit change by an amount, and brings their norm up to date: sum (u + a)^2 = sum u^2 + a (2 sum u + n a). */
@inline
function change(layer: Layer, place: usize, unit: i32, amount: f64, rowBytes: usize): void {
  const unscaled = <f32>(amount / layer.factor(unit))
  const noted = layer.changes + (place << 3)
  store<u32>(noted, unit << 2)
  store<f32>(noted, unscaled, 4)
  const sum = <f64>load<f32>(layer.sums + (<usize>unit << 2))
  const norm = layer.norms + (<usize>unit << 3)
  const a = <f64>unscaled
  store<f64>(norm, load<f64>(norm) + a * (2 * sum + a * <f64>(rowBytes >> 2)))
}

/** Of a unit that may have taken no part in this step. */
function sumAgain(layer: Layer, rows: usize, rowsEnd: usize, unit: i32): void {
  const offset = <usize>unit << 2
  let sum: f32 = 0
  for (let e = rows; e < rowsEnd; e += 4) sum += load<f32>(<usize>load<u32>(e) + offset)
  store<f32>(layer.sums + offset, sum)
}

/** u_ij += amount_j for the rows listed and the first `count` units noted; four rows at a time, so that a note is read once for them. */
function add(layer: Layer, rows: usize, rowsEnd: usize, count: usize): void {
  const changes = layer.changes
  const end = changes + (count << 3)
  let e = rows
  for (; e + 16 <= rowsEnd; e += 16) {
    const row0 = <usize>load<u32>(e)
    const row1 = <usize>load<u32>(e, 4)
    const row2 = <usize>load<u32>(e, 8)
    const row3 = <usize>load<u32>(e, 12)
    for (let c = changes; c < end; c += 8) {
      const offset = <usize>load<u32>(c)
      const amount = load<f32>(c, 4)
      store<f32>(row0 + offset, load<f32>(row0 + offset) + amount)
      store<f32>(row1 + offset, load<f32>(row1 + offset) + amount)
      store<f32>(row2 + offset, load<f32>(row2 + offset) + amount)
      store<f32>(row3 + offset, load<f32>(row3 + offset) + amount)
    }
  }
  for (; e < rowsEnd; e += 4) {
    const row = <usize>load<u32>(e)
    for (let c = changes; c < end; c += 8) {
      const at = row + <usize>load<u32>(c)
      store<f32>(at, load<f32>(at) + load<f32>(c, 4))
    }
  }
}
