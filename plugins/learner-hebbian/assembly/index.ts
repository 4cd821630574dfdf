// One call plays one presentation: all layers through all time steps. What it does is defined by `src/plain-stage.ts`.
import { scaleAll } from './factors'
import { gather, integrate } from './integrate'
import { Layer } from './layer'
import { learn } from './learn'
import { clear, Counts, Events, tally } from './spikes'
import { winners } from './winners'

export { giveWeights, normalizeAll, takeWeights } from './factors'

/**
 * Shows a sample to `count` layers, whose addresses stand at `layers`. Row `row + t * stride` of `input` fires in its step t; `seen`
 * takes how often. `teacher`: one byte a step, whether the teacher fires. `scratch` has room for an address for each input of a layer.
 */
export function play(
  layers: usize,
  count: i32,
  input: Events,
  seen: Counts,
  row: i32,
  stride: i32,
  steps: i32,
  label: i32,
  teacher: usize,
  scratch: usize,
): void {
  clear(seen)
  for (let l = 0; l < count; l++) rest(layerAt(layers, l))
  for (let t = 0; t < steps; t++, row += stride) {
    let pre = input.from(row)
    let preEnd = input.from(row + 1)
    tally(seen, pre, preEnd)
    const taught = load<u8>(teacher + t) !== 0
    for (let l = 0; l < count; l++) {
      const layer = layerAt(layers, l)
      const rowsEnd = rowsOf(layer, pre, preEnd, scratch)
      pre = layer.spikes.from(t)
      preEnd = layer.competes ? compete(layer, scratch, rowsEnd, pre) : pre
      layer.spikes.end(t, preEnd)
      tally(layer.counts, pre, preEnd)
      if (layer.recruit < 0) learn(layer, scratch, rowsEnd, pre, preEnd, label, taught)
      if (layer.left !== 1) scaleAll(layer, layer.left)
    }
  }
}

@inline
function layerAt(layers: usize, place: i32): Layer {
  return changetype<Layer>(<usize>load<u32>(layers + (<usize>place << 2)))
}

/** Membranes at 0, no spike yet. */
function rest(layer: Layer): void {
  memory.fill(layer.v, 0, <usize>layer.stride << 2)
  store<i32>(layer.spikes.start, 0)
  clear(layer.counts)
}

/** The addresses of the rows of u that belong to the inputs listed. Returns their end. */
function rowsOf(layer: Layer, pre: usize, preEnd: usize, out: usize): usize {
  const bytes = layer.stride << 2
  for (let e = pre; e < preEnd; e += 4, out += 4) store<u32>(out, <u32>(layer.u + load<i32>(e) * bytes))
  return out
}

/** One step of a layer: who fires is listed at `out`. Returns the end of the list. */
function compete(layer: Layer, rows: usize, rowsEnd: usize, out: usize): usize {
  if (layer.recruit >= 0) {
    if (rows === rowsEnd) return out
    store<i32>(out, layer.recruit)
    return out + 4
  }
  const from = layer.first & ~3
  const to = (layer.last + 3) & ~3
  gather(layer, rows, rowsEnd, from, to)
  const end = winners(layer, from, to, integrate(layer, from, to), out)
  if (end > out) reset(layer, from, to, out, end)
  return end
}

/** What spikes do to membranes: each takes `drop` off its own, and any wipes out a part of all. */
function reset(layer: Layer, from: i32, to: i32, fired: usize, firedEnd: usize): void {
  const drop = <f32>layer.drop
  for (let at = fired; at < firedEnd; at += 4) {
    const v = layer.v + (<usize>load<i32>(at) << 2)
    store<f32>(v, load<f32>(v) - drop)
  }
  if (layer.kept === 1) return
  const kept = f32x4.splat(<f32>layer.kept)
  for (let j = from; j < to; j += 4) {
    const v = layer.v + (<usize>j << 2)
    v128.store(v, f32x4.mul(kept, v128.load(v)))
  }
}
