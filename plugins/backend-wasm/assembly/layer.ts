import { padded } from './common'

// Operations that see the whole layer of one sample. x, k and out are rows of `size` neurons, padded to whole vectors; emitted scans
// call these between their phases.

/**
 * 1 for the k largest of x, 0 for the others, ties to the lowest index, NaN never; k is that of the first neuron. One pass keeps the best
 * so far in order, in `out`; where few win, most vectors are compared once.
 */
export function winners(x: usize, k: usize, out: usize, size: i32): void {
  const wanted = load<f32>(k)
  if (!(wanted >= 1)) {
    memory.fill(out, 0, <usize>padded(size) << 2)
    return
  }
  const most = wanted < <f32>size ? <i32>wanted : size
  let count = 0
  let least: f32 = 0
  for (let n = 0; n < size; n += 4) {
    if (count == most && !v128.any_true(f32x4.gt(v128.load(x + (<usize>n << 2)), f32x4.splat(least)))) continue
    const end = n + 4 < size ? n + 4 : size
    for (let i = n; i < end; i++) {
      const value = load<f32>(x + (<usize>i << 2))
      if (value != value || (count == most && !(value > least))) continue
      let at = out + (<usize>(count == most ? most - 1 : count++) << 2)
      for (; at > out && value > load<f32>(x + (<usize>load<i32>(at - 4) << 2)); at -= 4) store<i32>(at, load<i32>(at - 4))
      store<i32>(at, i)
      if (count == most) least = load<f32>(x + (<usize>load<i32>(out + (<usize>(most - 1) << 2)) << 2))
    }
  }
  // Where NaN leaves fewer than may win, all others do.
  const last = i32x4.splat(count == most ? load<i32>(out + (<usize>(most - 1) << 2)) : size)
  const limit = f32x4.splat(count == most ? least : -Infinity)
  let index = i32x4(0, 1, 2, 3)
  for (let at: usize = 0, end = <usize>padded(size) << 2; at < end; at += 16) {
    const value = v128.load(x + at)
    const tied = v128.and(f32x4.eq(value, limit), i32x4.le_s(index, last))
    v128.store(out + at, v128.and(v128.or(f32x4.gt(value, limit), tied), f32x4.splat(1)))
    index = i32x4.add(index, i32x4.splat(4))
  }
}

/** The sum of x, in order, for every neuron. */
export function total(x: usize, out: usize, size: i32): void {
  let sum: f32 = 0
  for (let at = x, end = x + (<usize>size << 2); at < end; at += 4) sum += load<f32>(at)
  for (let at = out, end = out + (<usize>padded(size) << 2); at < end; at += 16) v128.store(at, f32x4.splat(sum))
}
