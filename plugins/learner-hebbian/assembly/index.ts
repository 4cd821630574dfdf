// The loops that a Hebbian step spends its time in. Addresses are in bytes; u is [inputs, units] in f32, indices are i32.

/** out_j = sum of u_ij over `count` active inputs, for j from `first` to `last - 1`. */
export function gather(u: usize, units: i32, index: usize, count: i32, out: usize, first: i32, last: i32): void {
  const end = index + (<usize>count << 2)
  let j = first
  for (; j + 32 <= last; j += 32) {
    let a0 = f32x4.splat(0)
    let a1 = a0
    let a2 = a0
    let a3 = a0
    let a4 = a0
    let a5 = a0
    let a6 = a0
    let a7 = a0
    for (let e = index; e < end; e += 4) {
      const w = u + (<usize>(load<i32>(e) * units + j) << 2)
      a0 = f32x4.add(a0, v128.load(w))
      a1 = f32x4.add(a1, v128.load(w, 16))
      a2 = f32x4.add(a2, v128.load(w, 32))
      a3 = f32x4.add(a3, v128.load(w, 48))
      a4 = f32x4.add(a4, v128.load(w, 64))
      a5 = f32x4.add(a5, v128.load(w, 80))
      a6 = f32x4.add(a6, v128.load(w, 96))
      a7 = f32x4.add(a7, v128.load(w, 112))
    }
    const o = out + (<usize>j << 2)
    v128.store(o, a0)
    v128.store(o, a1, 16)
    v128.store(o, a2, 32)
    v128.store(o, a3, 48)
    v128.store(o, a4, 64)
    v128.store(o, a5, 80)
    v128.store(o, a6, 96)
    v128.store(o, a7, 112)
  }
  for (; j < last; j++) {
    let sum: f32 = 0
    for (let e = index; e < end; e += 4) sum += load<f32>(u + (<usize>(load<i32>(e) * units + j) << 2))
    store<f32>(out + (<usize>j << 2), sum)
  }
}

/** u_ij += amounts_p for `count` active inputs i and `posts` units j = post_p; norms_p takes the change of sum_i u_ij^2, in f64. */
export function addOuter(
  u: usize,
  units: i32,
  index: usize,
  count: i32,
  post: usize,
  posts: i32,
  amounts: usize,
  norms: usize,
): void {
  memory.fill(norms, 0, <usize>posts << 3)
  for (let e = index, end = index + (<usize>count << 2); e < end; e += 4) {
    const row = u + (<usize>(load<i32>(e) * units) << 2)
    for (let p = 0; p < posts; p++) {
      const at = row + (<usize>load<i32>(post + (<usize>p << 2)) << 2)
      const before = load<f32>(at)
      const after = before + load<f32>(amounts + (<usize>p << 2))
      store<f32>(at, after)
      const sum = norms + (<usize>p << 3)
      store<f64>(sum, load<f64>(sum) + (<f64>after - <f64>before) * (<f64>after + <f64>before))
    }
  }
}

/** The k-th largest of `count` positive values, which are followed by zeros up to a multiple of 8; k from 1 to count. */
export function kthLargest(values: usize, count: i32, k: i32): f32 {
  const end = values + (<usize>((count + 7) & ~7) << 2)
  // Positive floats are ordered as their bits are: halve the range of the bits. At least k are from low upwards, fewer from high.
  let low = 1
  let high = 0x7f800001
  while (high - low > 1) {
    const middle = low + ((high - low) >> 1)
    const limit = i32x4.splat(middle)
    let above = i32x4.splat(0)
    for (let at = values; at < end; at += 32) {
      above = i32x4.sub(above, i32x4.ge_s(v128.load(at), limit))
      above = i32x4.sub(above, i32x4.ge_s(v128.load(at, 16), limit))
    }
    const found =
      i32x4.extract_lane(above, 0) +
      i32x4.extract_lane(above, 1) +
      i32x4.extract_lane(above, 2) +
      i32x4.extract_lane(above, 3)
    if (found >= k) low = middle
    else high = middle
  }
  return reinterpret<f32>(low)
}
